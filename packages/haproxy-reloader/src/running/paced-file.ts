import type { DesiredState } from '../plan/desired-state.js'
import type { Pace } from '../pace.js'
import { PacedTask } from '../paced-task.js'
import type { ConfigurationFile } from './configuration-file.js'

/** A state whose text is computed when it is first read. */
type TextSource = Pick<DesiredState, 'text'>

/**
 * HAProxy's configuration file, written at a pace that follows the cost. Texts
 * that HAProxy runs already wait, and only the newest is written. Meanwhile the
 * file reads as if it had that text. All else is written at once, after the waiting text.
 */
export interface PacedFile extends Omit<ConfigurationFile, 'commit'> {
  /**
   * Writes the text of a state that HAProxy runs already, and removes the marker.
   * A small file is written when this resolves; a large one later, see
   * {@link filePace}. The text is not read before it is written.
   *
   * @throws ReloadError `file` if the disk refuses a small file; it stays waiting
   */
  commit(state: TextSource): Promise<void>
  /**
   * Writes the text that waits.
   *
   * @throws ReloadError `file` if the disk refuses it; it stays waiting
   */
  flush(): Promise<void>
  /** True while the disk refuses the text that waits. */
  readonly isRefused: boolean
  /** Writes the text that waits, or gives it up if the disk refuses it. */
  close(): Promise<void>
}

/** A text of so many characters, some hundred servers, is written at once: it takes a millisecond. */
const smallText = 64 * 1024

/**
 * The pace of a large file: at most a twentieth of the time, and at most a second
 * after the first change. A HAProxy that restarts in between starts with the
 * older text, and the next comparison corrects its servers.
 */
const filePace: Pace = { factor: 20, floorMs: 0, boundMs: 1000 }

/** Creates the paced access to a configuration file. */
export function createPacedFile(file: ConfigurationFile): PacedFile {
  let waiting: TextSource | undefined
  /** Length of the last text that was seen: to know that of the next one would compute it. */
  let length = 0
  const task = new PacedTask(async () => {
    const state = waiting
    if (!state) return
    const { text } = state
    await file.commit(text)
    length = text.length
    if (waiting === state) waiting = undefined
  }, filePace)
  return {
    named: file.named,
    get isRefused() {
      return task.hasFailed
    },
    async read() {
      const text = waiting ? waiting.text : await file.read()
      length = text?.length ?? 0
      return text
    },
    pendingMarker: async () => (waiting ? undefined : file.pendingMarker()),
    async commit(state) {
      waiting = state
      task.request()
      if (length <= smallText) await task.flush()
    },
    flush: () => task.flush(),
    async close() {
      await task.flush().catch(() => {})
      task.stop()
    },
    async replace(state, worker) {
      await task.flush()
      length = state.text.length
      return file.replace(state, worker)
    },
    restore: marker => file.restore(marker),
    clearPending: () => file.clearPending(),
  }
}
