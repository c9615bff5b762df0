import { execFile, type ExecFileException } from 'node:child_process'

/** How a program ended. */
export interface ProgramResult {
  /** Null where it ended with 0. */
  readonly error: ExecFileException | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; that it cannot be run is a result too. */
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
      // Of what keeps a program from being run, Node tells some at once, such as ENOTDIR.
      resolve({ error: error as ExecFileException, stdout: '', stderr: '' })
    }
  })
}
