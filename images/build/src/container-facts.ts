/** The fields that `docker inspect` and `podman inspect` have in common, as far as they are read. */
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

/** One process of a container. */
export interface ContainerProcess {
  readonly pid: number
  readonly parent: number
  readonly name: string
  readonly command: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly residentKb: number
}

/** A shell script that prints, for each process of a container, its stat and its command line, a line each. */
export const processScript =
  'grep ^btime /proc/stat; for d in /proc/[0-9]*; do cat "$d/stat" && tr "\\0" " " < "$d/cmdline" && echo; done 2>/dev/null'

/** Clock ticks a second of proc(5): fixed at 100 for user space on Linux. */
const ticksPerSecond = 100

/** Returns the processes in the output of {@link processScript}, without the script's own. */
export function processesIn(printed: string): ContainerProcess[] {
  const [boot = '', ...lines] = printed.split('\n')
  const bootMs = Number(/^btime (\d+)$/.exec(boot)?.[1] ?? 0) * 1000
  const found: ContainerProcess[] = []
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const stat = /^(\d+) \((.*)\) (.*)$/.exec(lines[i] ?? '')
    if (!stat) break
    const [, pid, name = '', rest = ''] = stat
    const command = (lines[i + 1] ?? '').trim()
    // proc(5): the text after the name begins with field 3.
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
