import { basename } from 'node:path'
import type { Command } from 'commander'
import { addCompletionOption, CompletionRequest } from './completion/completion-option.js'
import type { Failure } from './failure.js'
import { handleOutputErrors } from './output-errors.js'

/** Options of {@link runProgram}. */
export interface ProgramOptions {
  /**
   * Returns the report of an error of the program's own; undefined for every other error.
   *
   * @defaultValue no error is the program's own
   */
  readonly describeError?: (error: Error) => Failure | undefined
  /**
   * Prints a failure and sets the exit code.
   *
   * @defaultValue the message goes to stderr, after `error: `
   */
  readonly report?: (failure: Failure) => void
  /**
   * Called when the reader of the output is gone.
   *
   * @defaultValue the process ends, without an error
   */
  readonly onLostReader?: () => void
}

/**
 * Adds `--completion <shell>` to a program, runs it with the arguments of this process,
 * and sets its exit code. The code is 0 after success, help or version, 2 for invalid
 * usage, and 1 or the code of `describeError` for an error. An error is one message
 * without a stack. Only a bug, such as a TypeError, is thrown.
 */
export async function runProgram(
  program: Command,
  { describeError, report = reportOnStderr, onLostReader = endProcess }: ProgramOptions = {},
): Promise<void> {
  handleOutputErrors({
    onLostReader,
    onError: failure => {
      report(failure)
      process.exit()
    },
  })
  addCompletionOption(program)
  prepare(program)
  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CompletionRequest) await printCompletion(program, error)
    else if (isEndOfCommander(error)) process.exitCode = error.exitCode === 0 ? 0 : 2
    else report(failureOf(error, describeError))
  }
}

/** Returns the report of an error. @throws the error if it is a bug. */
function failureOf(error: unknown, describe: ProgramOptions['describeError']): Failure {
  if (!(error instanceof Error)) throw error
  const described = describe?.(error)
  if (described) return described
  if (isBug(error)) throw error
  return { message: error.message, exitCode: 1 }
}

/** Errors of JavaScript itself; those of Node about an argument of a user have a code. */
function isBug(error: Error): boolean {
  const kinds = [TypeError, ReferenceError, RangeError, SyntaxError]
  return !('code' in error) && kinds.some(kind => error instanceof kind)
}

/** Makes a command throw instead of exit, and its help readable, with all commands below it. */
function prepare(command: Command): void {
  command.exitOverride()
  for (const option of command.options) {
    const { defaultValue } = option as { defaultValue: unknown }
    const isEmpty = Array.isArray(defaultValue) && defaultValue.length === 0
    if (isEmpty) option.defaultValueDescription ??= 'none'
  }
  for (const child of command.commands) prepare(child)
}

/** Loads the scripts of the shells, which no other start needs, and prints one. */
async function printCompletion(program: Command, { shell }: CompletionRequest): Promise<void> {
  const { completionScript } = await import('./completion/completion-script.js')
  // The program may be installed under another name.
  const executable = basename(process.argv[1] ?? program.name(), '.js')
  process.stdout.write(completionScript(program, shell, executable))
}

/** Tells errors of commander by their code: a program may have a copy of commander of its own. */
function isEndOfCommander(error: unknown): error is { readonly exitCode: number } {
  if (!(error instanceof Error) || !('code' in error) || !('exitCode' in error)) return false
  return typeof error.code === 'string' && error.code.startsWith('commander.')
}

function reportOnStderr({ message, exitCode }: Failure): void {
  process.stderr.write(`error: ${message}\n`)
  process.exitCode = exitCode
}

/** Ends with the exit code that is set: a command that found something wrong stays that. */
function endProcess(): void {
  process.exit()
}
