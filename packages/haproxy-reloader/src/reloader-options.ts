import type { CheckSettings } from 'haproxy-config-text'
import type { RuntimeClient } from 'haproxy-runtime'
import type { CheckText } from './reload/check-text.js'
import type { ReloadMethod } from './reload/master-reload.js'

/** The settings of a reloader. */
export interface ReloaderOptions {
  /** Path of the configuration file that HAProxy was started with. */
  readonly configFile: string
  /**
   * Mode, owner and group of the configuration file, in numbers. `apply` rejects with a
   * ReloadError `file` if this user may not set them.
   *
   * @defaultValue those of the file that is replaced; a new file has mode 600
   */
  readonly fileOwnership?: {
    /**
     * Permission bits, such as `0o640`.
     *
     * @defaultValue that of the file that is replaced, or `0o600`
     */
    readonly mode?: number | undefined
    /** Number of the owner. @defaultValue that of the file that is replaced */
    readonly uid?: number | undefined
    /** Number of the group. @defaultValue that of the file that is replaced */
    readonly gid?: number | undefined
  }
  /** Client for the stats socket of the HAProxy to change. */
  readonly runtime: RuntimeClient
  /** Way to make HAProxy load its file. */
  readonly reload: ReloadMethod
  /** Checks a configuration's text. @defaultValue `haproxy -c`, as HAProxy was started */
  readonly check?: CheckText
  /**
   * Settings of the default check; each replaces what is read from the running HAProxy.
   *
   * @defaultValue what is read from the running HAProxy
   */
  readonly checkSettings?: CheckSettings
  /** Longest time for a removed server's sessions before they are cut. @defaultValue 30,000 ms */
  readonly drainDeadlineMs?: number
  /** Longest time until a new worker answers on the stats socket. @defaultValue 5,000 ms */
  readonly verifyTimeoutMs?: number
  /** Minimum interval between two reloads, since each leaves an old worker. @defaultValue 1,000 ms */
  readonly reloadIntervalMs?: number
  /**
   * Maximum number of old workers that finish their sessions. At the limit a reload is
   * deferred until one has exited. `hard-stop-after` in the configuration bounds how long
   * that takes.
   *
   * @defaultValue 16
   */
  readonly maxOldWorkers?: number
  /**
   * An attempt to use HAProxy, such as a request to one of its frontends. It is made
   * before each reload, and if it passes then, after it until it passes again, for
   * `probeTimeoutMs` at most; if it does not pass, the reload is rolled back. It resolves
   * with the problem in words, or with undefined if it passes. `worker` is the process
   * that has to answer: after a reload the old one may do so for some 40 ms.
   *
   * @defaultValue no probe
   */
  readonly probe?: (attempt: {
    readonly when: 'before' | 'after'
    readonly worker: number | undefined
    readonly signal: AbortSignal
  }) => Promise<string | undefined>
  /** Time in which the probe has to pass after a reload. @defaultValue 2,000 ms */
  readonly probeTimeoutMs?: number
  /** Folder for the applied configurations. @defaultValue none are kept */
  readonly generations?: {
    /** Path of the folder, used by nothing else. */
    readonly folder: string
    /** Number of generations to keep. @defaultValue 20 */
    readonly keep?: number
  }
}
