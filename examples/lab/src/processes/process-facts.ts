import { readFile } from 'node:fs/promises'
import type { Inspection, NodeFacts, ProcessFacts } from '../engine/node-engine.js'
import type { Place } from '../engine/place.js'
import { addressOf } from '../engine/place.js'
import { markedProcesses, readProc } from './processes.js'
import { listeningPorts } from './listening-ports.js'

/** Clock ticks a second of proc(5): fixed at 100 for what Linux tells its users. */
const ticksPerSecond = 100

/** Everything that /proc tells of a node; `pid` is its first process, alive or not. */
export async function inspectProcesses(
  place: Place,
  node: string,
  pid: number,
  mark: string,
): Promise<Inspection> {
  const pids = (await markedProcesses(mark)).toSorted((a, b) => a - b)
  const processes = (await Promise.all(pids.map(readProcess))).filter(found => found !== undefined)
  const first = processes.find(found => found.pid === pid)
  const address = addressOf(place, node)
  const facts: NodeFacts = {
    name: node,
    state: first ? 'running' : 'exited',
    pid,
    program: first?.name ?? '',
    command: first?.command ?? '',
    startedAt: first?.startedAt ?? '',
    address,
    ports: first ? await listeningPorts(address) : [],
    processes,
    environment: first ? await environmentOf(pid) : {},
  }
  const full = {
    note: 'Read from /proc: this node is a tree of processes, no container.',
    ...facts,
    namespaces: first ? 'shared with this machine' : 'none',
    limits: await readProc(pid, 'limits'),
    cgroup: await readProc(pid, 'cgroup'),
    status: await readProc(pid, 'status'),
  }
  return { command: `read /proc/${pid} and its descendants`, full, facts }
}

/** The environment that a node's first process was given. */
export async function environmentOf(pid: number): Promise<Record<string, string>> {
  const text = (await readProc(pid, 'environ')) ?? ''
  return Object.fromEntries(
    text.split('\0').flatMap(entry => {
      const at = entry.indexOf('=')
      return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : []
    }),
  )
}

async function readProcess(pid: number): Promise<ProcessFacts | undefined> {
  const stat = await readProc(pid, 'stat')
  const name = (await readProc(pid, 'comm'))?.trim()
  const commandLine = await readProc(pid, 'cmdline')
  if (stat === undefined || name === undefined || commandLine === undefined) return undefined
  // proc(5): the name, in parentheses, may hold anything; what follows begins with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [, parent] = fields
  const startTicks = Number(fields[19])
  const pages = Number(fields[21])
  return {
    pid,
    parent: Number(parent),
    name,
    command: commandLine.replaceAll('\0', ' ').trim(),
    startedAt: new Date((await bootTime()) + (startTicks * 1000) / ticksPerSecond).toISOString(),
    residentKb: pages * 4,
  }
}

async function bootTime(): Promise<number> {
  const stat = await readFile('/proc/stat', 'utf8')
  return Number(/^btime (\d+)$/m.exec(stat)?.[1] ?? 0) * 1000
}
