import { spawn } from 'node:child_process'
import { endProcess, until, type Tidy } from 'real-components'
import { bin, type Ended } from './run-command.js'

/** Runs `record` until it has written what is wanted, and interrupts it. */
export async function recordUntil(
  t: Tidy,
  isEnough: (stdout: string) => boolean,
  ...args: readonly string[]
): Promise<Ended> {
  const child = spawn(process.execPath, [bin, 'record', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => endProcess(child))
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  await until('the recording', () => isEnough(stdout) || child.exitCode !== null)
  child.kill('SIGINT')
  return { code: (await ended) ?? -1, stdout, stderr }
}

/** Returns whether a recording has a whole line with this configuration's server. */
export function hasServer(recording: string, name: string): boolean {
  return recording
    .split('\n')
    .slice(0, -1)
    .some(line => line.includes(`"${name}"`))
}
