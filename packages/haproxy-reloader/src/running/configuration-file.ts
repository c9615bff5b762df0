import { readFile, rename, rm } from 'node:fs/promises'
import writeFileAtomic from 'write-file-atomic'
import { attempt } from '../reload-error.js'

/** What stands beside the file while it may be newer than what HAProxy runs. */
export interface Mark {
  /** The last text that HAProxy took; empty where there is none. */
  readonly lastGood: string
  /**
   * Process id of the worker that answered before HAProxy was told to reload:
   * any other has loaded the file. Undefined where none answered.
   */
  readonly worker: number | undefined
}

/**
 * HAProxy's configuration file, with two neighbours: the candidate that is
 * being checked, and a mark that stands while the file may be newer than what
 * HAProxy runs, so that an agent that was killed in between knows of it, and can
 * go back.
 */
export interface ConfigurationFile {
  readonly candidatePath: string
  /** The text; undefined where there is no file. */
  read(): Promise<string | undefined>
  /** Stands while a reload was begun and is not seen through. */
  mark(): Promise<Mark | undefined>
  /** Replaces the file at once and durably; HAProxy runs this text already. */
  commit(text: string): Promise<void>
  /** Puts the last good text in the file's place; the mark stands, with this worker. */
  goBack(mark: Mark): Promise<void>
  /** Writes the candidate. */
  stage(text: string): Promise<void>
  /**
   * Puts the candidate in the file's place, and the mark beside it.
   *
   * @param worker - the one that answers now
   * @returns the text to go back to; empty where there is none
   */
  promote(worker: number | undefined): Promise<string>
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
  const read = () => attempt(`read ${path}`, () => readIfPresent(path))
  const mark = async () => {
    const text = await attempt(`read ${markPath}`, () => readIfPresent(markPath))
    return text === undefined ? undefined : markOfText(text)
  }
  return {
    candidatePath,
    read,
    mark,
    async goBack(to) {
      await write(markPath, textOfMark(to))
      await write(path, to.lastGood)
    },
    async commit(text) {
      await write(path, text)
      await settle()
    },
    stage: text => write(candidatePath, text),
    async promote(worker) {
      // Where a mark stands already, the file was never seen to work.
      const lastGood = (await mark())?.lastGood ?? (await read()) ?? ''
      await write(markPath, textOfMark({ lastGood, worker }))
      await attempt(`replace ${path}`, () => rename(candidatePath, path))
      return lastGood
    },
    settle,
    discard: () => attempt(`remove ${candidatePath}`, () => rm(candidatePath, { force: true })),
  }
}

function write(path: string, text: string): Promise<void> {
  return attempt(`write ${path}`, () => writeFileAtomic(path, text, { mode }))
}

function textOfMark({ lastGood, worker }: Mark): string {
  return `# worker ${worker ?? 'unknown'}\n${lastGood}`
}

function markOfText(text: string): Mark {
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
