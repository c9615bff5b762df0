import { readFile, rename, rm } from 'node:fs/promises'
import writeFileAtomic from 'write-file-atomic'
import { attempt } from './reload-error.js'

/**
 * HAProxy's configuration file, with two neighbours: the candidate that is
 * being checked, and a mark that stands while the file is newer than what
 * HAProxy runs. The mark holds the last text that HAProxy took, so that an agent
 * that was killed in between knows of it, and can go back.
 */
export interface ConfigurationFile {
  readonly candidatePath: string
  /** The text; undefined where there is no file. */
  read(): Promise<string | undefined>
  /** The last text that HAProxy took, while a reload was begun and is not seen through. */
  lastGood(): Promise<string | undefined>
  /** Replaces the file at once and durably; HAProxy runs this text already. */
  commit(text: string): Promise<void>
  /** Replaces the file at once and durably, and leaves the mark as it is. */
  putBack(text: string): Promise<void>
  /** Writes the candidate. */
  stage(text: string): Promise<void>
  /**
   * Puts the candidate in the file's place, and the mark beside it.
   *
   * @returns the text to go back to; empty where there is none
   */
  promote(): Promise<string>
  /** Removes the mark: HAProxy runs what the file says. */
  settle(): Promise<void>
  /** Removes the candidate. */
  discard(): Promise<void>
}

/** The mode of what is written: a configuration may hold secrets. */
const mode = 0o600

/** The configuration file at `path`; every failure is a ReloadError `file`. */
export function configurationFile(path: string): ConfigurationFile {
  const candidatePath = `${path}.candidate`
  const markPath = `${path}.unsettled`
  const settle = () => attempt(`remove ${markPath}`, () => rm(markPath, { force: true }))
  const lastGood = () => attempt(`read ${markPath}`, () => readIfPresent(markPath))
  const putBack = (text: string) =>
    attempt(`write ${path}`, () => writeFileAtomic(path, text, { mode }))
  return {
    candidatePath,
    read: () => attempt(`read ${path}`, () => readIfPresent(path)),
    lastGood,
    putBack,
    async commit(text) {
      await putBack(text)
      await settle()
    },
    stage: text =>
      attempt(`write ${candidatePath}`, () => writeFileAtomic(candidatePath, text, { mode })),
    async promote() {
      // Where a mark stands already, the file was never seen to work.
      const good =
        (await lastGood()) ?? (await attempt(`read ${path}`, () => readIfPresent(path))) ?? ''
      await attempt(`write ${markPath}`, () => writeFileAtomic(markPath, good, { mode }))
      await attempt(`replace ${path}`, () => rename(candidatePath, path))
      return good
    },
    settle,
    discard: () => attempt(`remove ${candidatePath}`, () => rm(candidatePath, { force: true })),
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
