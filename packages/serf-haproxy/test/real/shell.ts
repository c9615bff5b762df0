import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import type { Test } from 'tap'
import { bin } from '../run-command.js'
import { cutOffNetwork } from './cut-off-network.js'

/** A program that goes on. */
export interface Running {
  /** Returns what it has printed. */
  output(): string
  /** Sends a signal to it and its children, and resolves when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** A shell in an empty folder, with the programs that a user has installed. */
export interface Shell {
  readonly folder: string
  /** Address at which programs of the shell are reached from the test. */
  readonly address: string
  /** Addresses of this network that the test's own reaches. */
  readonly addresses: readonly [string, string]
  /** Runs a line to its end. */
  run(line: string): Promise<{ code: number | null; output: string }>
  /** Starts a line that goes on, as in a terminal of its own; it ends with the test. */
  start(line: string): () => string
  /** Starts a line like `start`; it can be ended before. */
  launch(line: string): Running
}

/**
 * A shell in a network of its own, so that the ports of the documentation are
 * free. `npx` finds the package in the folder above, where npm installs it.
 */
export function openShell(t: Test, haproxy: string): Shell {
  const { within, there, thereStays } = cutOffNetwork(t)
  const parent = temporaryFolder(t)
  const bins = join(parent, 'node_modules', '.bin')
  const folder = join(parent, 'empty')
  mkdirSync(bins, { recursive: true })
  mkdirSync(folder)
  writeFileSync(join(parent, 'package.json'), '{}')
  symlinkSync(bin, join(bins, 'serf-haproxy'))
  if (haproxy !== 'haproxy') symlinkSync(haproxy, join(bins, 'haproxy'))
  const env = {
    ...process.env,
    PATH: `${bins}:${process.env['PATH']}`,
    npm_config_offline: 'true',
  }
  const [command, ...args] = [...within, 'sh', '-c']
  const launch = (line: string) => {
    // A group of processes of its own: npx and HAProxy start others.
    const child = spawn(command, [...args, line], { cwd: folder, env, detached: true })
    const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
    const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
      if (signalGroup(child, signal)) await ended
    }
    t.teardown(() => stop())
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.once('exit', code => (output += `\n${line} exited with ${code}`))
    return { output: () => output, stop }
  }
  return {
    folder,
    address: thereStays,
    addresses: [there, thereStays],
    run: line =>
      new Promise(resolve => {
        const options = { cwd: folder, env }
        const child = execFile(command, [...args, line], options, (_, stdout, stderr) =>
          resolve({ code: child.exitCode, output: `${stdout}${stderr}` }),
        )
      }),
    start: line => launch(line).output,
    launch,
  }
}

/** Returns whether a process of the group was there. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-Number(child.pid), signal)
  } catch {
    return false
  }
}
