import { rename, rm } from 'node:fs/promises'
import type { DesiredState } from '../plan/desired-state.js'
import { attempt } from '../reload-error.js'
import { correctOwnership, type FileOwnership } from './file-ownership.js'
import { replaceableFile } from './file-place.js'
import { createNamedFiles, type FormerFile, type NamedFiles } from './named-files.js'
import {
  formatMarker,
  markerOf,
  readMarker,
  removeMarker,
  type PendingMarker,
} from './pending-marker.js'
import { readText } from './read-text.js'
import { writeLike } from './write-like.js'

/** A text, and the files that it names. */
type TextAndFiles = Pick<DesiredState, 'text' | 'files'>

/**
 * HAProxy's configuration file, and the files that it names. A link stays: its
 * target is replaced, with the owner, the group and the mode of the settings, or
 * else with those that it has. The other files are next to the target. While the
 * file may be newer than the text that HAProxy runs, a marker file next to it holds
 * the last good text, and the named files as they were. So the next reloader can
 * finish or roll back the work of one that was killed.
 */
export interface ConfigurationFile {
  /** The files that the configuration names. */
  readonly named: NamedFiles
  /**
   * Returns the text; undefined if there is no file. Corrects owner, group and mode first.
   *
   * @throws ReloadError `file` also if the file is a mount of its own, and can never be replaced
   */
  read(): Promise<string | undefined>
  /** Returns the marker; undefined if no reload is pending. */
  pendingMarker(): Promise<PendingMarker | undefined>
  /** Writes a text that HAProxy runs already, and removes the marker. */
  commit(text: string): Promise<void>
  /**
   * Writes a text that HAProxy shall load, the files that it names, and the marker.
   * If the disk refuses, the files stay as they were.
   *
   * @param worker - the worker that answers now
   * @returns the last good text; empty if there is none
   */
  replace(state: TextAndFiles, worker: number | undefined): Promise<string>
  /** Writes the last good text and the former files back; the marker stays, with this worker. */
  restore(marker: Omit<PendingMarker, 'former'>): Promise<void>
  /** Removes the marker: HAProxy runs the text of the file. */
  clearPending(): Promise<void>
}

/** Creates access to the configuration file at `path`; every failure is a ReloadError `file`. */
export function createConfigurationFile(
  path: string,
  ownership: FileOwnership = {},
): ConfigurationFile {
  const named = createNamedFiles(path, ownership)
  const locate = (use: 'read' | 'write') =>
    attempt(`${use} ${path}`, () => replaceableFile(path, use))
  const clearPending = async () => removeMarker(await locate('write'))
  return {
    named,
    async read() {
      const target = await locate('read')
      await attempt(`set owner and mode of ${target}`, async () =>
        correctOwnership(target, ownership),
      )
      return readText(target)
    },
    pendingMarker: async () => readMarker(await locate('read')),
    clearPending,
    async commit(text) {
      const target = await locate('write')
      await writeLike(target, text, { model: target, ownership })
      await removeMarker(target)
    },
    async replace(state, worker) {
      const target = await locate('write')
      const before = await readMarker(target)
      // With a marker present, HAProxy has never been seen to run the file.
      const lastGood = before?.lastGood ?? (await readText(target)) ?? ''
      const stale = await named.stale(state.files)
      const former = withFormer(before?.former ?? [], stale)
      const marker = { lastGood, worker, former }
      await replaceWithMarker({ target, ownership, named }, state, { before, marker, stale })
      return lastGood
    },
    async restore({ lastGood, worker }) {
      const target = await locate('write')
      const former = (await readMarker(target))?.former ?? []
      await writeLike(markerOf(target), formatMarker({ lastGood, worker, former }))
      await named.restore(former)
      await writeLike(target, lastGood, { model: target, ownership })
    },
  }
}

/** Adds files to those of a marker, which are older. */
function withFormer(
  marked: readonly FormerFile[],
  stale: readonly FormerFile[],
): readonly FormerFile[] {
  const known = new Set(marked.map(({ path }) => path))
  return [...marked, ...stale.filter(({ path }) => !known.has(path))]
}

interface Replacing {
  /** The marker that was there. */
  readonly before: PendingMarker | undefined
  readonly marker: PendingMarker
  /** The files that are replaced, as they are now. */
  readonly stale: readonly FormerFile[]
}

async function replaceWithMarker(
  place: { target: string; ownership: FileOwnership; named: NamedFiles },
  { text, files = [] }: TextAndFiles,
  { before, marker, stale }: Replacing,
): Promise<void> {
  const { target, ownership, named } = place
  const candidate = `${target}.candidate`
  // A full disk refuses the candidate, before anything else changes.
  await writeLike(candidate, text, { model: target, ownership })
  try {
    await writeLike(markerOf(target), formatMarker(marker))
    await named.write(files)
    await attempt(`replace ${target}`, () => rename(candidate, target))
  } catch (error) {
    await rm(candidate, { force: true }).catch(() => {})
    await takeBack(place, stale, before)
    throw error
  }
}

/** Puts named files back. If the disk refuses that too, the marker stays, and the next call reloads. */
async function takeBack(
  { target, named }: { target: string; named: NamedFiles },
  stale: readonly FormerFile[],
  before: PendingMarker | undefined,
): Promise<void> {
  if (stale.length === 0) return
  try {
    await named.restore(stale)
    if (!before) await removeMarker(target)
  } catch {
    // The error of the replacement is the one to report.
  }
}
