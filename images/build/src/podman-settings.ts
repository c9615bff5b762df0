import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** Facts of this machine that podman's settings depend on. */
export interface MachineFacts {
  /** Control groups of version 1 together with the tree of version 2; crun rejects these. */
  readonly hasHybridCgroups: boolean
  /** True where limits may be raised above their present hard values, as podman's defaults do. */
  readonly mayRaiseLimits: boolean
  /** Hard limits of this process, as far as podman can set them; undefined where there is none. */
  readonly openFiles: number | undefined
  readonly processes: number
}

const capSysResource = 24n

/** Enough for any node; podman lowers its own limit of processes below the one it was given. */
const mostProcesses = 4096

/** Reads the facts of a Linux machine. */
export async function machineFacts(): Promise<MachineFacts> {
  const [status, limits] = await Promise.all([
    readFile('/proc/self/status', 'utf8'),
    readFile('/proc/self/limits', 'utf8'),
  ])
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  const hard = (name: string) => {
    const text = new RegExp(`^${name}\\s+\\S+\\s+(\\d+)`, 'm').exec(limits)?.[1]
    return text === undefined ? undefined : Number(text)
  }
  return {
    hasHybridCgroups: existsSync('/sys/fs/cgroup/unified/cgroup.procs'),
    mayRaiseLimits: (capabilities & (1n << capSysResource)) !== 0n,
    openFiles: hard('Max open files'),
    processes: Math.min(hard('Max processes') ?? mostProcesses, mostProcesses),
  }
}

/**
 * Returns a `containers.conf` for a machine where podman's defaults cannot work;
 * undefined where they can, so that a working engine keeps its settings.
 */
export function podmanSettings(facts: MachineFacts): string | undefined {
  const { hasHybridCgroups, mayRaiseLimits, openFiles, processes } = facts
  if (!hasHybridCgroups && mayRaiseLimits) return undefined
  const limits = Object.entries({ nofile: openFiles, nproc: processes }).flatMap(([name, hard]) =>
    mayRaiseLimits || hard === undefined ? [] : [`"${name}=${hard}:${hard}"`],
  )
  return [
    '[containers]',
    ...(limits.length > 0 ? [`default_ulimits = [${limits.join(', ')}]`] : []),
    '[engine]',
    ...(hasHybridCgroups ? ['runtime = "runc"'] : []),
    'events_logger = "file"',
    '[network]',
    'network_backend = "netavark"',
    '',
  ].join('\n')
}
