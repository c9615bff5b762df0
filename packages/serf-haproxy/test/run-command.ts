import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from 'real-components'

/** The program. */
export const bin = fileURLToPath(new URL('../../bin/serf-haproxy.js', import.meta.url))

/** The end of a command. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `serf-haproxy` as a process, with nothing on its standard input. */
export function runCommand(...args: readonly string[]): Promise<Ended> {
  return runWithInput('', ...args)
}

/** Runs `serf-haproxy` as a process that reads `input`. */
export function runWithInput(input: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, [bin, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
    child.stdin?.on('error', () => {}).end(input)
  })
}

/** Runs `serf-haproxy` as a process with more variables in its environment. */
export function runWithVariables(
  variables: NodeJS.ProcessEnv,
  ...args: readonly string[]
): Promise<Ended> {
  const env = { ...process.env, ...variables }
  return new Promise(resolve => {
    const child = execFile(process.execPath, [bin, ...args], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

/** Parts of a configuration file that a test sets. */
export interface ConfigurationParts {
  /** `ADDRESS:PORT` of the Serf agent; by default a port where nothing listens. */
  readonly rpc?: string
  /** Lines that are added. */
  readonly more?: string
  /** Text of a template of its own. */
  readonly template?: string
}

/** Writes an agent configuration into a folder, on free ports, and returns its path. */
export async function writeConfiguration(
  folder: string,
  { rpc, more = '', template }: ConfigurationParts = {},
): Promise<string> {
  const file = join(folder, 'serf-haproxy.yaml')
  if (template !== undefined) writeFileSync(join(folder, 'my.hbs'), template)
  writeFileSync(
    file,
    `
serf: { rpc: '${rpc ?? (await loopback())}' }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '${await loopback()}', pool: nodes }]
pools: [{ name: nodes, tags: { role: backend }, port: 3000 }]
listen: '${await loopback()}'
${template === undefined ? '' : 'template: my.hbs'}
${more}
`,
  )
  return file
}

async function loopback(): Promise<string> {
  return `127.0.0.1:${await freePort('127.0.0.1')}`
}
