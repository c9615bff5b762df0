import { readFile, rename, rm } from 'node:fs/promises'
import writeFileAtomic from 'write-file-atomic'
import { ReloadError } from './reload-error.js'

/**
 * HAProxy's configuration file, with two neighbours: the candidate that is
 * being checked, and a mark that stands while the file is newer than what
 * HAProxy runs, so that an agent that was killed in between knows it.
 */
export interface ConfigurationFile {
  readonly candidatePath: string
  /** The text; undefined where there is no file. */
  read(): Promise<string | undefined>
  /** Whether a reload was begun and never seen through. */
  isUnsettled(): Promise<boolean>
  /** Replaces the file at once and durably; HAProxy runs this text already. */
  commit(text: string): Promise<void>
  /** Writes the candidate. */
  stage(text: string): Promise<void>
  /** Puts the candidate in the file's place, and the mark beside it. */
  promote(): Promise<void>
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
  return {
    candidatePath,
    read: () => attempt(`read ${path}`, () => readIfPresent(path)),
    isUnsettled: async () =>
      (await attempt(`read ${markPath}`, () => readIfPresent(markPath))) !== undefined,
    async commit(text) {
      await attempt(`write ${path}`, () => writeFileAtomic(path, text, { mode }))
      await settle()
    },
    stage: text =>
      attempt(`write ${candidatePath}`, () => writeFileAtomic(candidatePath, text, { mode })),
    async promote() {
      await attempt(`write ${markPath}`, () => writeFileAtomic(markPath, '', { mode }))
      await attempt(`replace ${path}`, () => rename(candidatePath, path))
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

async function attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    throw new ReloadError('file', `Cannot ${what}: ${(cause as Error).message}`, { cause })
  }
}
