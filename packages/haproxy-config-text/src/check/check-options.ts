import type { CheckedFile } from './checked-file.js'
import type { RunningHaproxy } from './running-haproxy.js'

/** Settings of a check; each replaces what is read from the running HAProxy. */
export interface CheckSettings {
  /**
   * HAProxy's executable.
   *
   * @defaultValue that of the running HAProxy, or else `haproxy` on the PATH
   */
  readonly binary?: string | undefined
  /**
   * HAProxy's arguments, such as `['-f', 'haproxy.cfg', '-f', 'conf.d']`. The text takes
   * the place of `configFile`, or comes last. Options that only concern the process, such
   * as `-D`, `-S` and `-p`, are left out.
   *
   * @defaultValue those of the running HAProxy, or else none
   */
  readonly args?: readonly string[] | undefined
  /**
   * Variables, in addition to the environment of the running HAProxy, or else of this
   * process.
   *
   * @defaultValue none
   */
  readonly env?: Readonly<Record<string, string>> | undefined
  /**
   * HAProxy's working folder.
   *
   * @defaultValue that of the running HAProxy, or else of this process
   */
  readonly cwd?: string | undefined
  /**
   * Time after which HAProxy is killed, with what it started, in milliseconds.
   *
   * @defaultValue 60,000
   */
  readonly timeoutMs?: number | undefined
}

/** Options of `checkConfiguration`. */
export interface CheckOptions extends CheckSettings {
  /**
   * The file that the text is meant for. The text is then checked in that file's folder,
   * where it can be written, so that `default-path config` and `default-path parent`
   * resolve as they will for the file itself.
   *
   * @defaultValue a file in a temporary folder
   */
  readonly configFile?: string | undefined
  /**
   * Process id of the HAProxy that shall load the file, its worker or its master: the
   * check then has the same files, environment, working folder and executable, as far as
   * this user may read them. While HAProxy is away, the `running` of an earlier result.
   *
   * @defaultValue the settings alone
   */
  readonly running?: number | RunningHaproxy | undefined
  /**
   * Files that the text names, such as maps, or that HAProxy loads besides it: they are
   * checked with these texts, whatever the disk has. The paths have to be written as in
   * the text. A file that a variable or another file names is checked as the disk has it.
   *
   * @defaultValue the files of the disk
   */
  readonly files?: readonly CheckedFile[]
  /** Ends the check with the signal’s reason. @defaultValue none */
  readonly signal?: AbortSignal | undefined
}
