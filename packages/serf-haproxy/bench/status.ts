import { deflateRawSync } from 'node:zlib'
import { benchCommand, wholeNumber } from 'real-components'
import { eventFrame } from '../src/http/event-client.js'
import type { SeenServer } from '../src/haproxy/observe-haproxy.js'
import type { AgentRecord } from '../src/reporting/agent-record.js'
import type { AgentState, ServerState } from '../src/state/agent-state.js'
import { noCounts } from '../src/state/counters.js'
import { emptyHistogram } from '../src/state/histogram.js'
import { deltaBetween, withDelta } from '../src/state/state-delta.js'
import { TrafficHistory } from '../src/traffic/traffic-history.js'

// The cost of the status page for the agent: the whole state and deltas, and eight hours of polls,
// one each second with the time passed in, through state, deltas and history.

const command = benchCommand(
  'npm run bench:status -w packages/serf-haproxy --',
  'Measures states, deltas and eight hours of polls',
)
  .argument('[servers]', 'servers of the pool', wholeNumber(1, 100_000), 500)
  .argument('[changed]', 'servers with other counts in each poll', wholeNumber(0, 100_000), 100)
  .argument('[polls]', 'polls, one for each second', wholeNumber(1, 100_000), 28_800)
  .parse()
const [size, changed, polls] = command.processedArgs as [number, number, number]
const start = Date.UTC(2026, 0, 1)
const names = Array.from({ length: size }, (_, i) => `node-${String(i).padStart(5, '0')}`)

const members: AgentState['members'] = names.map(name => ({
  name,
  address: '10.0.0.1',
  status: 'alive',
  suspect: false,
  tags: { role: 'web' },
  pools: ['web'],
  standing: 'serving',
  reason: 'alive in Serf',
}))

function seen(name: string, totalSessions: number): SeenServer {
  const counts = { queued: 0, connectionErrors: 0, responseErrors: 0, serverErrors: 0 }
  const times = { queueMs: 0, connectMs: 1, responseMs: 3, since: start }
  const now = {
    weight: 100,
    sessions: totalSessions % 7,
    totalSessions,
    status: 'UP',
    check: 'L7OK',
  }
  return { pool: 'web', name, ...now, ...counts, ...times }
}

function serverState(server: SeenServer): ServerState {
  const { pool: _, weight: currentWeight, ...facts } = server
  const decided = { address: '10.0.0.1', port: 80, weight: 100, health: 'up' as const }
  return { ...decided, currentWeight, ...facts }
}

function stateOf(servers: readonly ServerState[], at: number): AgentState {
  return {
    version: '0.1.0',
    startedAt: start,
    serf: { address: '127.0.0.1:7373', connected: true },
    haproxy: { reachable: true, seenAt: at },
    mode: 'following',
    members,
    quarantined: [],
    pools: [{ name: 'web', servers }],
    configuration: { loadedAt: start },
    counters: noCounts,
    latency: emptyHistogram,
  }
}

/** HAProxy's servers as they are polled, and their states. */
const servers = new Map(names.map(name => [`web/${name}`, seen(name, 0)]))
let states: readonly ServerState[] = [...servers.values()].map(serverState)

/** Polls once: the next servers in turn have had a request. */
function poll(round: number): AgentState {
  const next = [...states]
  for (let i = 0; i < Math.min(changed, size); i++) {
    const at = (round * changed + i) % size
    const name = names[at] ?? ''
    const one = seen(name, (states[at]?.totalSessions ?? 0) + 1)
    servers.set(`web/${name}`, one)
    next[at] = serverState(one)
  }
  states = next
  return stateOf(states, start + round * 1000)
}

const ms = (run: () => unknown) => {
  const from = performance.now()
  run()
  return performance.now() - from
}
const best = (run: () => unknown) =>
  Math.min(...Array.from({ length: 10 }, () => ms(run))).toFixed(1)
const numbers = { base: 1, revision: 2 }

const [before, after] = [poll(0), poll(1)]
const whole = eventFrame('state', after).text
const delta = deltaBetween(before, after, numbers)
const frame = eventFrame('delta', delta).text
console.log(`${size} servers, ${changed} of them changed`)
console.log(`whole state: ${best(() => eventFrame('state', after))} ms, ${whole.length} characters`)
console.log(
  `delta:       ${best(() => eventFrame('delta', deltaBetween(before, after, numbers)))} ms, ${frame.length} characters`,
)
console.log(
  `compressed:  ${deflateRawSync(whole).length} and ${deflateRawSync(frame).length} bytes`,
)

const history = new TrafficHistory()
const rendering = { rendered: { pools: [{ name: 'web', servers: states }] } }
const heapMiB = () => {
  globalThis.gc?.()
  return (process.memoryUsage().heapUsed / 1024 / 1024).toFixed(1)
}
let held = after
const from = performance.now()
for (let round = 2; round < polls; round++) {
  const state = poll(round)
  const next = deltaBetween(held, state, numbers)
  if (next) held = withDelta(held, next)
  const at = start + round * 1000
  const observation = { haproxy: { reachable: true, seenAt: at }, servers }
  history.sample({ observation, rendering } as unknown as AgentRecord)
  history.mark({ seq: round, at, kind: 'thawed', text: 'x' })
  if (round % Math.ceil(polls / 8) === 0)
    console.log(`${(round / 3600).toFixed(1)} h: heap ${heapMiB()} MiB`)
}
const took = ((performance.now() - from) / 1000).toFixed(1)
const { pools, markers } = history.state(start + polls * 1000)
console.log(
  `${(polls / 3600).toFixed(1)} h of polls took ${took} s: ${pools[0]?.samples.requests.length} samples, ${markers.length} markers, heap ${heapMiB()} MiB`,
)
