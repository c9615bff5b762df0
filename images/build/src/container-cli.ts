import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  complaintIn,
  execute,
  tryToExecute,
  type Executed,
  type ExecuteOptions,
} from './execute.js'
import { ImageError } from './image-error.js'
import { machineFacts, podmanSettings } from './podman-settings.js'

/** The programs that build images; buildah cannot run them. */
export const containerCliNames = ['docker', 'podman', 'buildah'] as const
export type ContainerCliName = (typeof containerCliNames)[number]

/** The command line of a container engine that answers. */
export interface ContainerCli {
  readonly name: ContainerCliName
  readonly version: string
  /** Environment variables that its commands need on this machine. */
  readonly env: Readonly<Record<string, string>>
  /**
   * Runs one of its commands.
   *
   * @returns its output
   * @throws ImageError where it fails.
   */
  run(args: readonly string[], options?: ExecuteOptions): Promise<string>
  /** Runs one of its commands, and returns its result in every case. */
  attempt(args: readonly string[], options?: ExecuteOptions): Promise<Executed>
}

/** Commands that make each engine print its version. */
const probes: Readonly<Record<ContainerCliName, readonly string[]>> = {
  docker: ['version', '--format', '{{.Server.Version}}'],
  podman: ['info', '--format', '{{.Version.Version}}'],
  buildah: ['version'],
}

const probeTimeoutMs = 20_000

/**
 * Returns the first of these engines that answers.
 *
 * @throws ImageError with the message of each, where none answers.
 */
export async function findContainerCli(
  wanted: readonly ContainerCliName[] = containerCliNames,
): Promise<ContainerCli> {
  const refusals: string[] = []
  for (const name of wanted) {
    const env = name === 'docker' ? {} : await podmanEnvironment()
    const { code, stdout, stderr } = await tryToExecute([name, ...probes[name]], {
      env,
      timeoutMs: probeTimeoutMs,
    })
    if (code === 0) return engine(name, /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? 'unknown', env)
    refusals.push(
      /ENOENT/.test(stderr) ? `${name}: not found` : `${name}: ${complaintIn(stderr || stdout)}`,
    )
  }
  throw new ImageError(
    `no container engine answers (${refusals.join('; ')}); start docker, or on Debian: sudo apt-get install -y --no-install-recommends podman buildah runc netavark aardvark-dns iptables`,
  )
}

function engine(
  name: ContainerCliName,
  version: string,
  env: Readonly<Record<string, string>>,
): ContainerCli {
  const merged = (options: ExecuteOptions = {}) => ({ ...options, env: { ...env, ...options.env } })
  return {
    name,
    version,
    env,
    run: (args, options) => execute([name, ...args], merged(options)),
    attempt: (args, options) => tryToExecute([name, ...args], merged(options)),
  }
}

let settingsFile: Promise<string | undefined> | undefined

/** Returns a `containers.conf` of ours for podman and buildah where their own cannot work and none is named. */
async function podmanEnvironment(): Promise<Record<string, string>> {
  if (process.platform !== 'linux' || process.env['CONTAINERS_CONF'] !== undefined) return {}
  settingsFile ??= writeSettings()
  const file = await settingsFile
  return file === undefined ? {} : { CONTAINERS_CONF: file }
}

async function writeSettings(): Promise<string | undefined> {
  const text = podmanSettings(await machineFacts())
  if (text === undefined) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'lab-images-'))
  const file = join(folder, 'containers.conf')
  await writeFile(file, text)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return file
}
