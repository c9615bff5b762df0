import { spawn } from 'node:child_process'
import { ImageError } from './image-error.js'

/** Options for running a program. */
export interface ExecuteOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number
}

/** Result and output of a program. */
export interface Executed {
  /** The exit code; undefined where a signal ended it, or it did not start. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

const longestMs = 600_000

/** Runs a program to its end, and returns its result in every case. */
export function tryToExecute(
  [program = '', ...args]: readonly string[],
  { env = {}, cwd, signal, timeoutMs = longestMs }: ExecuteOptions = {},
): Promise<Executed> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd !== undefined && { cwd }),
      ...(signal && { signal }),
    })
    // Node.js keeps the timer of its own `timeout` where the program is not there.
    const timer = setTimeout(() => child.kill(), timeoutMs)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', error => {
      clearTimeout(timer)
      if (signal?.aborted) reject(error)
      else resolve({ code: undefined, stdout, stderr: error.message })
    })
    child.on('close', code => {
      clearTimeout(timer)
      resolve({ code: code ?? undefined, stdout, stderr })
    })
  })
}

/**
 * Runs a program that has to succeed.
 *
 * @returns its output
 * @throws ImageError with its message.
 */
export async function execute(
  command: readonly string[],
  options: ExecuteOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryToExecute(command, options)
  if (code === 0) return stdout
  throw new ImageError(`${command.slice(0, 3).join(' ')} failed: ${complaintIn(stderr || stdout)}`)
}

/** Returns the line with the error: the first one, without podman's warnings. */
export function complaintIn(output: string): string {
  const lines = output
    // The whole command of a failed step is left out.
    .replaceAll(/\[\/bin\/sh -c [^]*?\]: /g, '')
    .split('\n')
    .filter(line => line.trim() !== '' && !/level=warning/.test(line))
  const found = lines.find(line => complaint.test(line)) ?? lines.at(-1) ?? 'it said nothing'
  return found.trim().slice(0, 500)
}

const complaint = /\berror\b|^E: |denied|cannot|\bfailed\b/i
