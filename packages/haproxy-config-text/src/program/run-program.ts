import { execFile } from 'node:child_process'
import { endProgram } from './end-program.js'

/** Time that a program may take, and its surroundings. */
export interface ProgramOptions {
  /** Time after which the program is ended, in milliseconds. */
  readonly timeoutMs: number
  /**
   * Ends the program at once.
   *
   * @defaultValue only the time ends it
   */
  readonly signal?: AbortSignal | undefined
  /**
   * Working folder.
   *
   * @defaultValue that of this process
   */
  readonly cwd?: string | undefined
  /**
   * Environment.
   *
   * @defaultValue that of this process
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** An error of a program; its code is the exit code, or that of an error of the system. */
export type ProgramError = Error & { readonly code?: number | string | null }

/** The result of a program. */
export interface ProgramResult {
  /** Null if it exited with 0. Its `code` is `ETIMEDOUT` if the program was ended at its limit. */
  readonly error: ProgramError | null
  /** Standard output, 64 MiB at most. */
  readonly stdout: string
  /** Standard error output, 64 MiB at most. */
  readonly stderr: string
}

/** Output that is kept of each stream, in bytes; a program that prints more is ended. */
const longestOutput = 1 << 26

/**
 * Runs a program to its end, for a time at most; a program that cannot be run, or
 * that does not end, is a result too. A program that has to be ended gets SIGKILL,
 * as do the programs that it has started.
 *
 * @throws the signal's reason if it aborts
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  const { timeoutMs, signal } = options
  signal?.throwIfAborted()
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), timeoutMs)
  const ends = signal ? [limit.signal, signal] : [limit.signal]
  const result = await runUntil(program, args, options, ends)
  clearTimeout(timer)
  signal?.throwIfAborted()
  if (!limit.signal.aborted) return result
  const words = [program, ...args].join(' ')
  const message = `expected the end of \`${words}\` within ${timeoutMs} ms; it did not end, and was killed`
  return { ...result, error: Object.assign(new Error(message), { code: 'ETIMEDOUT' }) }
}

/** Runs a program until it ends, or until one of the signals aborts. */
function runUntil(
  program: string,
  args: readonly string[],
  { cwd, env }: ProgramOptions,
  signals: readonly AbortSignal[],
): Promise<ProgramResult> {
  return new Promise(resolve => {
    const options = { maxBuffer: longestOutput, killSignal: 'SIGKILL' as const, cwd, env }
    try {
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        for (const signal of signals) signal.removeEventListener('abort', end)
        resolve({ error, stdout, stderr })
      })
      // An abort signal of execFile would end it with SIGTERM, which a program may ignore.
      const end = () => endProgram(child)
      for (const signal of signals) signal.addEventListener('abort', end)
    } catch (error) {
      // Node throws some of the reasons why a program cannot be run, such as ENOTDIR.
      resolve({ error: error as ProgramError, stdout: '', stderr: '' })
    }
  })
}
