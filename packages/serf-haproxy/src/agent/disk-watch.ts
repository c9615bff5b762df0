import { dirname } from 'node:path'
import type { Reloader } from 'haproxy-reloader'
import { AgentError } from '../agent-error.js'
import { lockHaproxy, type HaproxyLock } from '../haproxy/haproxy-lock.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import type { DiskPlace } from '../state/refused-file.js'
import { isOpenToAll } from '../storage/private-folder.js'
import { WakeUp } from '../wake-up.js'
import type { Pipeline } from './pipeline.js'
import type { StateFolder } from '../storage/state-folder.js'

/** Largest share of the time that reading the generations may take. */
const busyShare = 0.0005
/** Longest time until a broken generation is found. */
const longestRestMs = 60_000

/** Reports what the disk refuses, and tries it again at the interval of the rounds. */
export class DiskWatch {
  readonly #journal: AgentJournal
  #lock: HaproxyLock | undefined

  constructor(journal: AgentJournal) {
    this.#journal = journal
  }

  /**
   * Takes the lock of a HAProxy. If the disk refuses it, the agent works without.
   *
   * @throws AgentError `locked` if another agent has it; `configuration` if every
   * user may replace HAProxy's file
   */
  lock(configFile: string): void {
    refuseOpenFolder(dirname(configFile))
    this.#lock = lockHaproxy(configFile)
    this.report('lock', this.#lock.refused)
    if (this.#lock.replaced !== undefined) this.repaired(this.#lock.replaced)
  }

  release(): void {
    this.#lock?.release()
  }

  /** Reports that the disk refuses a file, or takes it again. */
  report(place: DiskPlace, error: Error | string | undefined): void {
    const text = typeof error === 'string' ? error : error?.message
    this.#journal.dispatch({ kind: 'disk', place, error: text })
  }

  /** Reports what was repaired, in words. */
  repaired(text: string): void {
    this.#journal.dispatch({ kind: 'event', event: { kind: 'repair', text } })
  }

  /**
   * Tries again what the disk refuses, until the signal aborts.
   *
   * @throws AgentError `locked` if another agent has taken the lock meanwhile
   */
  async run({ reloader, configuration }: Pipeline, folder: StateFolder, signal: AbortSignal) {
    const wakeUp = new WakeUp()
    let restUntil = -Infinity
    while (!signal.aborted) {
      this.#lock?.retry()
      this.report('lock', this.#lock?.refused)
      folder.retry()
      const startedAt = performance.now()
      if (startedAt >= restUntil || reloader.statistics().generationsError !== undefined) {
        this.report('generations', await generationsError(reloader))
        restUntil = performance.now() + restMs(performance.now() - startedAt)
      }
      await wakeUp.sleep(configuration.reconcileMs, signal)
    }
  }
}

/** Returns the time for which a healthy disk is not read again, after a read of `tookMs`. Pure. */
export function restMs(tookMs: number): number {
  return Math.min(tookMs / busyShare, longestRestMs)
}

/** Returns the present error of the generations. The check writes the waiting generations, and finds broken ones. */
async function generationsError(reloader: Reloader): Promise<string | undefined> {
  try {
    await reloader.checkGenerations()
    return reloader.statistics().generationsError
  } catch (error) {
    return (error as Error).message
  }
}

function refuseOpenFolder(folder: string): void {
  let isOpen = false
  try {
    isOpen = isOpenToAll(folder)
  } catch {
    // A folder that cannot be inspected is an error of the lock.
  }
  if (isOpen)
    throw new AgentError(
      'configuration',
      `haproxy.configFile: expected a folder that only some users may write, got ${folder}, where every user can replace HAProxy's configuration; chmod o-w ${folder}`,
    )
}
