import { readFile, readdir } from 'node:fs/promises'
import { until } from '../until.js'

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessId {
  readonly pid: number
  /** Start time in clock ticks since boot. */
  readonly startTime: string
}

/** Name of the environment variable that marks every process of a lab. */
export const markName = 'SERF_HAPROXY_LAB'

/** The identity of a running process; undefined where it has ended. */
export async function identify(pid: number): Promise<ProcessId | undefined> {
  const stat = await readProc(pid, 'stat')
  // proc(5): the name, in parentheses, may hold anything; state and start time are fields 3 and 22.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  const [state] = fields
  const startTime = fields[19]
  if (startTime === undefined) return undefined
  const isDead = (state === 'Z' || state === 'X') && (await threads(pid)) < 2
  return isDead ? undefined : { pid, startTime }
}

/** Counts threads: after the end of the first one, the others still hold the files of the process. */
async function threads(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/task`).catch(() => [])).length
}

/** Returns whether this process still runs. */
export async function isRunning({ pid, startTime }: ProcessId): Promise<boolean> {
  return (await identify(pid))?.startTime === startTime
}

/** Returns the processes with this prefix of the mark, supervisors first. */
export async function markedProcesses(prefix: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter(entry => /^\d+$/.test(entry)).map(Number)
  const found = await Promise.all(
    pids.map(async pid => {
      const environment = await readProc(pid, 'environ')
      const isMarked = environment
        ?.split('\0')
        .some(entry => entry.startsWith(`${markName}=${prefix}`))
      if (!isMarked) return []
      const name = (await readProc(pid, 'comm'))?.trim() ?? ''
      return [{ pid, rank: supervisors.indexOf(name) }]
    }),
  )
  const ranked = found.flat().toSorted((a, b) => b.rank - a.rank)
  return ranked.map(({ pid }) => pid)
}

/** Those that would start the others again; the last is to end first. */
const supervisors = ['s6-supervise', 's6-svscan']

/** Kills every process with this prefix of the mark, until none is left. */
export async function killMarked(prefix: string): Promise<void> {
  // One that is dying has lost its environment, and its mark, while it still holds its ports.
  let dying: ProcessId[] = []
  await until(
    'no process of the lab to be left',
    async () => {
      const found = await Promise.all((await markedProcesses(prefix)).map(identify))
      for (const each of found) {
        if (!each) continue
        signalProcess(each.pid, 'SIGKILL')
        dying.push(each)
      }
      const areThere = await Promise.all(dying.map(isRunning))
      dying = dying.filter((_, i) => areThere[i])
      return dying.length === 0
    },
    { everyMs: 5 },
  )
}

const termTimeoutMs = 3000

/** Sends SIGTERM to every process with this prefix of the mark, and waits a moment for their end. */
export async function termMarked(prefix: string): Promise<void> {
  for (const pid of await markedProcesses(prefix)) signalProcess(pid, 'SIGTERM')
  const areGone = async () => (await markedProcesses(prefix)).length === 0
  await until('the last processes to end', areGone, { timeoutMs: termTimeoutMs }).catch(() => {})
}

/** Signals a process; one that has ended meanwhile is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Returns a file of a process in /proc; undefined where it has ended, or belongs to another user. */
export async function readProc(pid: number, file: string): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // It has ended, or it belongs to another user.
    return undefined
  }
}
