import type { RuntimeClient } from 'haproxy-runtime'
import type { DesiredState } from '../plan/desired-state.js'
import type { ConfirmedState } from '../running/confirmed-state.js'
import type { NamedFiles } from '../running/named-files.js'
import { compareFiles, fileDrift } from './compare-files.js'
import { stepsFromFindings, type FileSteps } from './file-steps.js'

/** Share of the time that comparisons of files take at most. */
const share = 0.001

/** The result of a comparison. */
export interface ComparedFiles {
  /** The steps to the files; undefined if there is nothing to do. */
  readonly steps?: FileSteps | undefined
  /** The changes by others, in words; undefined if there are none. */
  readonly drift?: string | undefined
  /** Duration in milliseconds. */
  readonly tookMs: number
}

/**
 * The comparison of files with the disk and with HAProxy. Its cost grows with
 * their size, so the time between two follows from the duration of the last.
 * That of the servers is not delayed by it.
 */
export class FileComparison {
  readonly #deps: { readonly runtime: RuntimeClient; readonly disk: NamedFiles }
  #dueAt = -Infinity

  constructor(runtime: RuntimeClient, disk: NamedFiles) {
    this.#deps = { runtime, disk }
  }

  /**
   * Compares the files of a state if that is due, or if they are not what the
   * worker confirmed.
   *
   * @param worker - process id of the worker that answers
   */
  async compare(
    { files }: DesiredState,
    confirmed: ConfirmedState | undefined,
    worker: number,
    signal: AbortSignal,
  ): Promise<ComparedFiles> {
    if (!files || files.length === 0) return { tookMs: 0 }
    const known = confirmed?.worker === worker ? confirmed.desired.files : undefined
    const startedAt = performance.now()
    if (known === files && startedAt < this.#dueAt) return { tookMs: 0 }
    const findings = await compareFiles(this.#deps, files, known, signal)
    const endedAt = performance.now()
    const tookMs = endedAt - startedAt
    this.#dueAt = endedAt + tookMs / share
    return { steps: stepsFromFindings(findings), drift: fileDrift(findings), tookMs }
  }
}
