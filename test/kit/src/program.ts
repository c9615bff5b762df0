import { spawn, type ChildProcess } from 'node:child_process'
import { endProcess, type Tidy } from './cleanup.js'

/** A Node.js program that a test started. */
export interface Program {
  readonly process: ChildProcess
  /** Output so far; `notified` is the text on the descriptor NOTIFY_FD. */
  readonly output: { readonly stdout: string; readonly stderr: string; readonly notified: string }
  /** Exit code, or null after a signal. */
  readonly code: Promise<number | null>
}

/**
 * Starts a Node.js program with nothing but PATH, NOTIFY_FD and the given
 * variables in its environment. It is killed when the test ends.
 */
export function startProgram(
  t: Tidy,
  file: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH, NOTIFY_FD: '3', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  t.teardown(() => endProcess(child))
  const output = { stdout: '', stderr: '', notified: '' }
  for (const [name, stream] of [
    ['stdout', child.stdio[1]],
    ['stderr', child.stdio[2]],
    ['notified', child.stdio[3]],
  ] as const) {
    stream?.on('data', (text: Buffer) => (output[name] += text.toString()))
  }
  const code = new Promise<number | null>(resolve => child.once('close', resolve))
  return { process: child, output, code }
}
