import type { CheckSettings } from 'haproxy-config-text'
import type { RuntimeClient } from 'haproxy-runtime'
import type { CheckText } from './reload/check-text.js'
import type { ReloadMethod } from './reload/master-reload.js'

/** The settings of a reloader. */
export interface ReloaderOptions {
  /** Path of the configuration file that HAProxy was started with. */
  readonly configFile: string
  /**
   * Mode, owner and group of the configuration file, in numbers. By default those of the
   * file that is replaced; a new file has mode 600. `apply` rejects with a ReloadError
   * `file` if this user may not set them.
   */
  readonly fileOwnership?: {
    readonly mode?: number | undefined
    readonly uid?: number | undefined
    readonly gid?: number | undefined
  }
  readonly runtime: RuntimeClient
  readonly reload: ReloadMethod
  /** Checks a configuration's text; `haproxy -c` by default, as HAProxy was started. */
  readonly check?: CheckText
  /** Settings of the default check; each replaces what is read from the running HAProxy. */
  readonly checkSettings?: CheckSettings
  /** Longest time for a removed server's sessions before they are cut; 30,000 ms by default. */
  readonly drainDeadlineMs?: number
  /** Longest time until a new worker answers on the stats socket; 5,000 ms by default. */
  readonly verifyTimeoutMs?: number
  /** Minimum interval between two reloads, since each leaves an old worker; 1,000 ms by default. */
  readonly reloadIntervalMs?: number
  /**
   * Maximum number of old workers that finish their sessions; 16 by default. At
   * the limit a reload is deferred until one has exited. `hard-stop-after` in the
   * configuration bounds how long that takes.
   */
  readonly maxOldWorkers?: number
  /**
   * An attempt to use HAProxy, such as a request to one of its frontends. It is made
   * before each reload, and if it passes then, after it until it passes again, for
   * `probeTimeoutMs` at most; if it does not pass, the reload is rolled back. It
   * resolves with the problem in words, or with undefined if it passes. `worker` is the
   * process that has to answer: after a reload the old one may do so for some 40 ms.
   */
  readonly probe?: (attempt: {
    readonly when: 'before' | 'after'
    readonly worker: number | undefined
    readonly signal: AbortSignal
  }) => Promise<string | undefined>
  /** Time in which the probe has to pass after a reload; 2,000 ms by default. */
  readonly probeTimeoutMs?: number
  /**
   * A folder for the applied configurations, used by nothing else, and how many
   * to keep there; 20 by default. Without it none are kept.
   */
  readonly generations?: { readonly folder: string; readonly keep?: number }
}
