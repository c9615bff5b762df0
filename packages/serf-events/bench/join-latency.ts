import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type SerfClient } from 'node-serf-client'
import { gossipKey, startSerfAgent, until, type SerfAgent } from 'real-components'
import { watchMembership } from '../src/index.js'

/** Latency of one join by source, in milliseconds after the agent's log line. */
export interface JoinTimes {
  readonly snapshot: number
  /** Reply to a `members` call that is sent when the line arrives: the lower limit. */
  readonly bareCall: number
  readonly stream: number
  readonly handler: number
}

const now = () => performance.timeOrigin + performance.now()

/** Starts a cluster of real agents, lets further agents join one by one, and measures each join. */
export async function measureJoins(
  clusterSize: number,
  joins: number,
  progress: (done: number) => void,
): Promise<JoinTimes[]> {
  const endings: (() => unknown)[] = []
  const tidy = { teardown: (end: () => unknown) => void endings.push(end) }
  try {
    const key = gossipKey()
    const script = handlerScript(tidy)
    const eventHandlers = [`member-join=${script.command}`]
    const agent = await startSerfAgent(tidy, { name: 'lb', key, eventHandlers })
    const start = (name: string) =>
      startSerfAgent(tidy, { name, key, seeds: [agent], tags: { role: 'web' } })
    await Promise.all(Array.from({ length: clusterSize - 1 }, (_, i) => start(`n${i}`)))
    const seen = await observe(tidy, agent, script.lines)
    await until('the cluster to settle', () => seen.alive() === clusterSize, 60_000)
    const times: JoinTimes[] = []
    for (let i = 0; i < joins; i++) {
      const name = `joiner-${i}`
      const joiner = await start(name)
      await until(`${name} to be reported by all sources`, () => seen.all(name), 30_000)
      times.push(seen.times(name))
      joiner.process.kill('SIGTERM')
      await until(`${name} to have left`, () => joiner.process.exitCode !== null, 30_000)
      await until('the leave to be seen', () => seen.alive() === clusterSize, 30_000)
      progress(i + 1)
    }
    return times
  } finally {
    for (const end of endings.toReversed()) await end()
  }
}

interface Observers {
  alive(): number
  all(name: string): boolean
  times(name: string): JoinTimes
}

type Tidy = Parameters<typeof startSerfAgent>[0]

/** Records the time at which each source first reports a name. */
async function observe(tidy: Tidy, agent: SerfAgent, lines: () => string[]): Promise<Observers> {
  const address = { host: agent.address, port: agent.rpcPort }
  const [log, events] = await Promise.all([connect(address), connect(address)])
  const abort = new AbortController()
  tidy.teardown(() => abort.abort())
  const bareCalls = new Map<string, number>()
  const logged = await recordLog(log, async name => {
    await events.members()
    record(bareCalls, name)
  })
  const streamed = await recordStream(events)
  const snapshots = new Map<string, number>()
  let alive = 0
  void (async () => {
    for await (const { members } of watchMembership({ ...address, signal: abort.signal })) {
      for (const name of members.keys()) record(snapshots, name)
      alive = [...members.values()].filter(({ status }) => status === 'alive').length
    }
  })()
  tidy.teardown(() => [log, events].forEach(client => client.close()))
  const handled = (name: string) => {
    const line = lines().find(each => each.startsWith(`${name} `))
    return line === undefined ? undefined : Number(line.split(' ')[1]) / 1e6
  }
  const of = (name: string) => ({
    logged: logged.get(name),
    snapshot: snapshots.get(name),
    bareCall: bareCalls.get(name),
    stream: streamed.get(name),
    handler: handled(name),
  })
  return {
    alive: () => alive,
    all: name => Object.values(of(name)).every(time => time !== undefined),
    times: name => {
      const { logged: start = NaN, ...reported } = of(name)
      const { snapshot = NaN, bareCall = NaN, stream = NaN, handler = NaN } = reported
      return {
        snapshot: snapshot - start,
        bareCall: bareCall - start,
        stream: stream - start,
        handler: handler - start,
      }
    },
  }
}

async function recordLog(
  client: SerfClient,
  joined: (name: string) => Promise<void>,
): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  const lines = await client.monitor('INFO')
  void (async () => {
    for await (const line of lines) {
      const [, name] = /serf: EventMemberJoin: (\S+) /.exec(line) ?? []
      if (name === undefined) continue
      record(times, name)
      void joined(name)
    }
  })().catch(() => {})
  return times
}

async function recordStream(client: SerfClient): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  const events = await client.stream(['member-join'])
  void (async () => {
    for await (const { members } of events) for (const { name } of members) record(times, name)
  })().catch(() => {})
  return times
}

function record(times: Map<string, number>, name: string): void {
  if (!times.has(name)) times.set(name, now())
}

/** Creates a shell script as an event handler: it writes the names and the time. */
function handlerScript(tidy: Tidy): { command: string; lines: () => string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'serf-events-bench-'))
  tidy.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const log = join(folder, 'log')
  const command = join(folder, 'handler.sh')
  const script = `#!/bin/sh\ntime=$(date +%s%N)\nwhile read -r name rest; do echo "$name $time"; done >>${log}\n`
  writeFileSync(command, script)
  chmodSync(command, 0o755)
  return { command, lines: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []) }
}
