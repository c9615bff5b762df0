import { rm } from 'node:fs/promises'
import { lstatSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { DesiredFile } from '../plan/desired-file.js'
import { attempt } from '../reload-error.js'
import type { FileOwnership } from './file-ownership.js'
import { found, replaceableFile } from './file-place.js'
import { readText } from './read-text.js'
import { writeLike } from './write-like.js'

/** A file as it was before it was replaced. */
export interface FormerFile {
  readonly path: string
  /** Null if there was none. */
  readonly text: string | null
}

/**
 * The files that a configuration names. A link stays, and its target is replaced,
 * with the owner, the group and the mode that it has; a new file gets those of the
 * configuration file. Every failure is a ReloadError `file`.
 */
export interface NamedFiles {
  /** Returns the text of a file; undefined if there is none. */
  read(path: string): Promise<string | undefined>
  /** Returns the files that the disk has with another content, as they are there. */
  stale(files: readonly DesiredFile[] | undefined): Promise<readonly FormerFile[]>
  /** Replaces the files that differ, each by a rename after its text is on the disk. */
  write(files: readonly DesiredFile[]): Promise<void>
  /** Puts former files back, and removes those that were not there. */
  restore(former: readonly FormerFile[]): Promise<void>
}

/** Creates access to the files that the configuration file at `configFile` names. */
export function createNamedFiles(configFile: string, ownership: FileOwnership): NamedFiles {
  const folder = dirname(configFile)
  const locate = (path: string, use: 'read' | 'write') =>
    attempt(`${use} ${path}`, () => replaceableFile(resolve(folder, path), use))
  const read: NamedFiles['read'] = async path => readText(await locate(path, 'read'))
  const writeOne = async (path: string, text: string) => {
    const target = await locate(path, 'write')
    const isNew = !found(() => lstatSync(target))
    await writeLike(
      target,
      text,
      isNew ? { model: await locate(configFile, 'read'), ownership } : undefined,
    )
  }
  return {
    read,
    async stale(files = []) {
      const former: FormerFile[] = []
      for (const { path, text } of files) {
        const present = await read(path)
        if (present !== text) former.push({ path, text: present ?? null })
      }
      return former
    },
    async write(files) {
      for (const { path, text } of files)
        if ((await read(path)) !== text) await writeOne(path, text)
    },
    async restore(former) {
      for (const { path, text } of former) {
        if (text !== null) await writeOne(path, text)
        else {
          const target = await locate(path, 'write')
          await attempt(`remove ${target}`, () => rm(target, { force: true }))
        }
      }
    },
  }
}
