import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import type { Test } from 'tap'
import { bin } from '../run-command.js'
import { cutOffNetwork } from './cut-off-network.js'

/** A shell in an empty folder, with the programs that a user has installed. */
export interface Shell {
  readonly folder: string
  /** Address at which programs of the shell are reached from the test. */
  readonly address: string
  /** Runs a line to its end. */
  run(line: string): Promise<{ code: number | null; output: string }>
  /** Starts a line that goes on, as in a terminal of its own. */
  start(line: string): () => string
}

/**
 * A shell in a network of its own, so that the ports of the documentation are
 * free. `npx` finds the package in the folder above, where npm installs it.
 */
export function openShell(t: Test, haproxy: string): Shell {
  const { within, thereStays: address } = cutOffNetwork(t)
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
  return {
    folder,
    address,
    run: line =>
      new Promise(resolve => {
        const options = { cwd: folder, env }
        const child = execFile(command, [...args, line], options, (_, stdout, stderr) =>
          resolve({ code: child.exitCode, output: `${stdout}${stderr}` }),
        )
      }),
    start(line) {
      // A group of processes of its own: npx and HAProxy start others.
      const child = spawn(command, [...args, line], { cwd: folder, env, detached: true })
      t.teardown(() => endGroup(child))
      let output = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (output += text))
      child.once('exit', code => (output += `\n${line} exited with ${code}`))
      return () => output
    },
  }
}

function endGroup(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('close', () => resolve())
    try {
      process.kill(-Number(child.pid), 'SIGTERM')
    } catch {
      resolve()
    }
  })
}
