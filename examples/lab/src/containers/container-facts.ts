import type { NodeFacts, ProcessFacts } from '../engine/node-engine.js'

/** What `docker inspect` and `podman inspect` tell alike, as far as it is read here. */
export interface InspectedContainer {
  readonly Id: string
  readonly State: { readonly Status: string; readonly Pid: number; readonly StartedAt: string }
  readonly Config: {
    readonly Env: readonly string[]
    readonly Labels: Readonly<Record<string, string>>
  }
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>
    readonly Ports?: Readonly<Record<string, unknown>> | null
  }
}

/** Prints, for each process of a container, its stat and its command line, a line each. */
export const processScript =
  'grep ^btime /proc/stat; for d in /proc/[0-9]*; do cat "$d/stat" && tr "\\0" " " < "$d/cmdline" && echo; done 2>/dev/null'

/** Clock ticks a second of proc(5): fixed at 100 for what Linux tells its users. */
const ticksPerSecond = 100

/** The facts of a node from what its engine tells, and from {@link processScript} where it runs. */
export function containerFacts(
  node: string,
  address: string,
  container: InspectedContainer,
  printed: string | undefined,
): NodeFacts {
  const { State, Config, NetworkSettings } = container
  const processes = printed === undefined ? [] : processesIn(printed)
  const first = processes.find(({ pid }) => pid === 1)
  return {
    name: node,
    state: State.Status === 'running' ? 'running' : 'exited',
    // Of its own first process, as it is seen in the container.
    pid: 1,
    program: first?.name ?? '',
    command: first?.command ?? '',
    startedAt: new Date(State.StartedAt).toISOString(),
    address:
      Object.values(NetworkSettings.Networks).find(({ IPAddress }) => IPAddress !== '')
        ?.IPAddress ?? address,
    ports: Object.keys(NetworkSettings.Ports ?? {}).toSorted(),
    processes,
    environment: Object.fromEntries(
      Config.Env.map(entry => {
        const at = entry.indexOf('=')
        return [entry.slice(0, at), entry.slice(at + 1)]
      }),
    ),
  }
}

/** The processes in what {@link processScript} printed, but not the script's own. */
export function processesIn(printed: string): ProcessFacts[] {
  const [boot = '', ...lines] = printed.split('\n')
  const bootMs = Number(/^btime (\d+)$/.exec(boot)?.[1] ?? 0) * 1000
  const found: ProcessFacts[] = []
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const stat = /^(\d+) \((.*)\) (.*)$/.exec(lines[i] ?? '')
    if (!stat) break
    const [, pid, name = '', rest = ''] = stat
    const command = (lines[i + 1] ?? '').trim()
    // proc(5): what follows the name begins with field 3.
    const fields = rest.split(' ')
    if (command.includes(processScript)) continue
    found.push({
      pid: Number(pid),
      parent: Number(fields[1]),
      name,
      command,
      startedAt: new Date(bootMs + (Number(fields[19]) * 1000) / ticksPerSecond).toISOString(),
      residentKb: Number(fields[21]) * 4,
    })
  }
  return found.toSorted((a, b) => a.pid - b.pid)
}
