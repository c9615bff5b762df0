import { execFile, type ExecFileException } from 'node:child_process'

/** The result of a program. */
export interface ProgramResult {
  /** Null if it exited with 0. */
  readonly error: ExecFileException | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; a program that cannot be run is a result too. */
export function runProgram(
  program: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ProgramResult> {
  return new Promise(resolve => {
    try {
      execFile(program, args, { ...(signal && { signal }) }, (error, stdout, stderr) =>
        resolve({ error, stdout, stderr }),
      )
    } catch (error) {
      // Node throws some of the reasons why a program cannot be run, such as ENOTDIR.
      resolve({ error: error as ExecFileException, stdout: '', stderr: '' })
    }
  })
}
