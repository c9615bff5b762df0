import { execFile, type ExecFileException } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parseCheckReport, type ReportedProblem } from './check-report.js'
import { ConfigTextError } from './config-text-error.js'

/** HAProxy's answer about a configuration. */
export type CheckResult =
  | { readonly ok: true }
  | {
      readonly ok: false
      /** Everything that HAProxy printed, without the path of the temporary folder. */
      readonly report: string
      /** Its alerts; its warnings where it printed no alert. */
      readonly problems: readonly ReportedProblem[]
      /** Line of the first problem that names one, from 1. */
      readonly line: number | undefined
    }

/** Options of {@link checkConfiguration}. */
export interface CheckOptions {
  /** HAProxy's executable; `haproxy` on the PATH by default. */
  readonly binary?: string | undefined
  /**
   * The file that the text is meant for. The text is then checked in that
   * file's folder, where it can be written, so that `default-path config` and
   * `default-path parent` resolve as they will for the file itself. Without it
   * the text is checked in a temporary folder.
   */
  readonly configFile?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Has HAProxy check a text (`haproxy -c`).
 *
 * @throws ConfigTextError `check-unavailable` if HAProxy cannot be run; the
 * signal's reason if it aborts.
 */
export async function checkConfiguration(
  text: string,
  { binary = 'haproxy', configFile, signal }: CheckOptions = {},
): Promise<CheckResult> {
  signal?.throwIfAborted()
  const name = basename(configFile ?? 'haproxy.cfg')
  await using file = await writeCandidate(text, name, configFile && dirname(configFile))
  const { error, output } = await run(binary, ['-c', '-f', file.path], signal)
  if (!error) return { ok: true }
  if (typeof error.code !== 'number') throw notRun(binary, error, signal)
  const report = output.replaceAll(file.path, name).trim()
  const problems = parseCheckReport(report)
  const line = problems.find(problem => problem.line !== undefined)?.line
  return { ok: false, report, problems, line }
}

let candidates = 0

/** Writes the text to a file that is removed on disposal; only its owner may read it. */
async function writeCandidate(
  text: string,
  name: string,
  folder: string | undefined,
): Promise<AsyncDisposable & { readonly path: string }> {
  if (folder !== undefined) {
    // HAProxy leaves dot files out when it loads a folder.
    const path = join(folder, `.${name}.check-${process.pid}-${++candidates}`)
    const isWritten = await writeFile(path, text, { mode: 0o600, flag: 'wx' }).then(
      () => true,
      () => false,
    )
    if (isWritten) return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) }
  }
  const temporary = await mkdtemp(join(tmpdir(), 'haproxy-config-text-'))
  const path = join(temporary, name)
  await writeFile(path, text, { mode: 0o600 })
  return {
    path,
    [Symbol.asyncDispose]: () => rm(temporary, { recursive: true, force: true }),
  }
}

function run(
  binary: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ error: ExecFileException | null; output: string }> {
  return new Promise(resolve => {
    const options = { maxBuffer: 1 << 26, ...(signal && { signal }) }
    try {
      execFile(binary, args, options, (error, stdout, stderr) =>
        resolve({ error, output: `${stderr}${stdout}` }),
      )
    } catch (error) {
      // Node throws some of the reasons why a program cannot be run, such as ENOTDIR.
      resolve({ error: error as ExecFileException, output: '' })
    }
  })
}

function notRun(binary: string, error: ExecFileException, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason
  const reason =
    (error.code as unknown) === 'ENOENT'
      ? `expected HAProxy's executable, got no program ${binary}; install it (Debian: apt-get install haproxy) or give its path`
      : `running ${binary} failed: ${error.message}`
  const message = `The configuration cannot be checked: ${reason}`
  return new ConfigTextError('check-unavailable', message, { cause: error })
}
