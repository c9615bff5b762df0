import { readFile, rename, rm } from 'node:fs/promises'
import writeFileAtomic from 'write-file-atomic'
import { attempt } from '../reload-error.js'

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
 * HAProxy's configuration file. While the file may be newer than the text that
 * HAProxy runs, a marker file beside it holds the last good text. So the next
 * reloader can finish or roll back the work of one that was killed.
 */
export interface ConfigurationFile {
  /** Returns the text; undefined if there is no file. */
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

/** Mode of the files; a configuration may hold secrets. */
const mode = 0o600

/** Creates access to the configuration file at `path`; every failure is a ReloadError `file`. */
export function createConfigurationFile(path: string): ConfigurationFile {
  const candidatePath = `${path}.candidate`
  const markerPath = `${path}.pending`
  const clearPending = () => attempt(`remove ${markerPath}`, () => rm(markerPath, { force: true }))
  const read = () => attempt(`read ${path}`, () => readIfPresent(path))
  const pendingMarker = async () => {
    const text = await attempt(`read ${markerPath}`, () => readIfPresent(markerPath))
    return text === undefined ? undefined : parseMarker(text)
  }
  return {
    read,
    pendingMarker,
    clearPending,
    async commit(text) {
      await write(path, text)
      await clearPending()
    },
    async replace(text, worker) {
      // With a marker present, HAProxy has never been seen to run the file.
      const lastGood = (await pendingMarker())?.lastGood ?? (await read()) ?? ''
      // A full disk refuses the candidate, before anything else changes.
      await write(candidatePath, text)
      try {
        await write(markerPath, formatMarker({ lastGood, worker }))
        await attempt(`replace ${path}`, () => rename(candidatePath, path))
      } catch (error) {
        await rm(candidatePath, { force: true }).catch(() => {})
        throw error
      }
      return lastGood
    },
    async restore(marker) {
      await write(markerPath, formatMarker(marker))
      await write(path, marker.lastGood)
    },
  }
}

function write(path: string, text: string): Promise<void> {
  return attempt(`write ${path}`, () => writeFileAtomic(path, text, { mode }))
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
