import { lstatSync, statSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { attempt } from '../reload-error.js'
import { replaceFile } from '../replace-file.js'
import { correctOwnership, giveFile, type FileOwnership } from './file-ownership.js'
import { found, replaceableFile } from './file-place.js'

/** The content of the marker file, which exists while HAProxy may run an older text than the file. */
interface PendingMarker {
  /** The last text that HAProxy loaded successfully; empty if there is none. */
  readonly lastGood: string
  /**
   * Process id of the worker that answered before the reload: any other worker
   * has loaded the file. Undefined if none answered.
   */
  readonly worker: number | undefined
}

/**
 * HAProxy's configuration file. A link stays: its target is replaced, with the
 * owner, the group and the mode of the settings, or else with those that it has.
 * The other files are next to the target. While the file may be newer than the
 * text that HAProxy runs, a marker file beside it holds the last good text. So the
 * next reloader can finish or roll back the work of one that was killed.
 */
export interface ConfigurationFile {
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
   * Writes a text that HAProxy shall load, and the marker. If the disk refuses,
   * the file stays as it was.
   *
   * @param worker - the worker that answers now
   * @returns the last good text; empty if there is none
   */
  replace(text: string, worker: number | undefined): Promise<string>
  /** Writes the last good text back; the marker stays, with this worker. */
  restore(marker: PendingMarker): Promise<void>
  /** Removes the marker: HAProxy runs the text of the file. */
  clearPending(): Promise<void>
}

/** Mode of new files; a configuration may hold secrets. */
const privateMode = 0o600

/** Creates access to the configuration file at `path`; every failure is a ReloadError `file`. */
export function createConfigurationFile(
  path: string,
  ownership: FileOwnership = {},
): ConfigurationFile {
  const locate = (use: 'read' | 'write') =>
    attempt(`${use} ${path}`, () => replaceableFile(path, use))
  const clearPending = async () => removeMarker(await locate('write'))
  return {
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
      await write(target, text, { model: target, ownership })
      await removeMarker(target)
    },
    async replace(text, worker) {
      const target = await locate('write')
      // With a marker present, HAProxy has never been seen to run the file.
      const lastGood = (await readMarker(target))?.lastGood ?? (await readText(target)) ?? ''
      await replaceWithMarker(target, text, {
        marker: formatMarker({ lastGood, worker }),
        ownership,
      })
      return lastGood
    },
    async restore(marker) {
      const target = await locate('write')
      await write(`${target}.pending`, formatMarker(marker))
      await write(target, marker.lastGood, { model: target, ownership })
    },
  }
}

async function replaceWithMarker(
  target: string,
  text: string,
  { marker, ownership }: { marker: string; ownership: FileOwnership },
): Promise<void> {
  const candidate = `${target}.candidate`
  // A full disk refuses the candidate, before anything else changes.
  await write(candidate, text, { model: target, ownership })
  try {
    await write(`${target}.pending`, marker)
    await attempt(`replace ${target}`, () => rename(candidate, target))
  } catch (error) {
    await rm(candidate, { force: true }).catch(() => {})
    throw error
  }
}

function readText(path: string): Promise<string | undefined> {
  return attempt(`read ${path}`, () => readIfPresent(path))
}

/** Reads the marker. A link, or the file of another user, is none of this program's markers. */
async function readMarker(target: string): Promise<PendingMarker | undefined> {
  const path = `${target}.pending`
  const look = async () => lstatSync(path, { throwIfNoEntry: false })
  const marker = await attempt(`read ${path}`, look)
  if (!marker) return undefined
  const users = [process.getuid?.(), 0, found(() => statSync(target))?.uid]
  if (marker.isSymbolicLink() || !users.includes(marker.uid)) return undefined
  const text = await readText(path)
  return text === undefined ? undefined : parseMarker(text)
}

function removeMarker(target: string): Promise<void> {
  const marker = `${target}.pending`
  return attempt(`remove ${marker}`, async () => {
    if (found(() => lstatSync(marker))) await rm(marker, { force: true })
  })
}

/**
 * Writes a file with the owner and the mode of another, but for those of `ownership`. A
 * user other than root may have to take the owner of the other over.
 */
function write(
  path: string,
  text: string,
  { model, ownership }: { model: string; ownership: FileOwnership } = {
    model: path,
    ownership: {},
  },
): Promise<void> {
  return attempt(`write ${path}`, async () => {
    const like = found(() => lstatSync(model))
    const mode = like?.isFile() ? like.mode & 0o7777 : privateMode
    await replaceFile(path, text, {
      mode: ownership.mode ?? mode,
      owner: like?.isFile() ? like : undefined,
      prepare: file => giveFile(file, ownership),
    })
  })
}

function formatMarker({ lastGood, worker }: PendingMarker): string {
  return `# worker ${worker ?? 'unknown'}\n${lastGood}`
}

function parseMarker(text: string): PendingMarker {
  const [head = '', worker] = /^# worker (\d+|unknown)\n/.exec(text) ?? []
  const pid = Number(worker)
  return { lastGood: text.slice(head.length), worker: Number.isInteger(pid) ? pid : undefined }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
