import { basename, dirname } from 'node:path'
import { parseCheckReport, type ReportedProblem } from './check-report.js'
import { planCheck, type CheckCall } from './check-call.js'
import { writeCandidate } from './candidate-file.js'
import { writeCopies, type FileCopies } from './file-copies.js'
import type { CheckOptions } from './check-options.js'
import { ConfigTextError } from '../config-text-error.js'
import { runProgram, type ProgramResult } from '../program/run-program.js'
import type { RunningHaproxy } from './running-haproxy.js'

/** Time that a check may take by default; 10,000 servers take a few seconds. */
const defaultTimeoutMs = 60_000

/** HAProxy's answer about a configuration. */
export type CheckResult = CheckVerdict & {
  /** The running HAProxy that the check followed; present if {@link CheckOptions.running} was. */
  readonly running?: RunningHaproxy
}

type CheckVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false
      /** Everything that HAProxy printed, without the path of the temporary file. */
      readonly report: string
      /** Its alerts; its warnings where it printed no alert. */
      readonly problems: readonly ReportedProblem[]
      /** Line in the text of the first problem that names one, from 1. */
      readonly line: number | undefined
    }

/**
 * Has HAProxy check a text (`haproxy -c`).
 *
 * @throws ConfigTextError `check-unavailable` if HAProxy cannot be run, or does
 * not end in time; the signal's reason if it aborts.
 */
export async function checkConfiguration(
  text: string,
  options: CheckOptions = {},
): Promise<CheckResult> {
  options.signal?.throwIfAborted()
  const name = basename(options.configFile ?? 'haproxy.cfg')
  const call = await planCheck(options)
  const folder = call.path && dirname(call.path)
  await using copies = await writeCopies(options.files ?? [], folder ?? call.cwd)
  await using file = await writeCandidate(copies.inText(text), name, folder)
  const running = call.running && { running: call.running }
  const { timeoutMs = defaultTimeoutMs, signal } = options
  const limits = { timeoutMs, signal }
  const { error, stdout, stderr } = await run(withCopies(call, copies), file.path, limits)
  if (!error) return { ok: true, ...running }
  if (typeof error.code !== 'number') throw notRun(call, { error, timeoutMs, name })
  const report = copies.inReport(`${stderr}${stdout}`.trim())
  const problems = parseCheckReport(report, file.path).map(problem => ({
    ...problem,
    message: problem.message.replaceAll(file.path, name),
  }))
  const line = problems.find(problem => problem.line !== undefined)?.line
  return { ok: false, report: report.replaceAll(file.path, name), problems, line, ...running }
}

/** Returns the call with the copies in place of the files that HAProxy loads besides the text. */
function withCopies(call: CheckCall, { inFiles }: FileCopies): CheckCall {
  const { before, after, cwd } = call
  return { ...call, before: inFiles(before, cwd), after: inFiles(after, cwd) }
}

function run(
  { binary, before, after, cwd, env }: CheckCall,
  path: string,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
): Promise<ProgramResult> {
  return runProgram(binary, ['-c', ...before, '-f', path, ...after], { cwd, env, ...limits })
}

function notRun(
  { binary, before, after }: CheckCall,
  {
    error,
    timeoutMs,
    name,
  }: { error: Error & { code?: unknown }; timeoutMs: number; name: string },
): ConfigTextError {
  const words = [binary, '-c', ...before, '-f', name, ...after].join(' ')
  const reasons = new Map<unknown, string>([
    [
      'ENOENT',
      `expected HAProxy's executable, got no program ${binary}; install it (Debian: apt-get install haproxy) or give its path`,
    ],
    [
      'ETIMEDOUT',
      `expected the result of \`${words}\` within ${timeoutMs} ms, got none, and the program was killed; look for a Lua file or a wrapper script that does not end, or raise the time limit of the check`,
    ],
  ])
  const reason = reasons.get(error.code) ?? `running ${binary} failed: ${error.message}`
  const message = `The configuration cannot be checked: ${reason}`
  return new ConfigTextError('check-unavailable', message, { cause: error })
}
