import t from 'tap'
import { factsOf, modeOf } from '../../src/page/overview.js'
import { emptyPage } from '../../src/page/page-state.js'
import { noReading } from '../../src/page/table/server-rows.js'
import { rowNamed } from './sample-rows.js'
import type { AgentState } from '../../src/state/agent-state.js'
import { emptyHistogram, observed } from '../../src/state/histogram.js'
import { memberNamed, stateWith } from '../sample-state.js'

/** Values of the header by name, one hour after the start. */
function facts(changes: Partial<AgentState> = {}, reading = noReading) {
  const agent = stateWith(changes)
  const all = factsOf(agent, { reading }, agent.startedAt + 3_600_000)
  return Object.fromEntries(all.map(({ name, value, tone }) => [name, [value, tone]]))
}

t.test('the facts of a new agent', async t => {
  t.same(facts(), {
    Serf: ['0 alive', 'quiet'],
    HAProxy: ['2.6.12', 'quiet'],
    Traffic: ['0 /s', 'quiet'],
    Generation: ['none', 'quiet'],
    'Change to applied': ['no change yet', 'quiet'],
    Uptime: ['1 h 0 min', 'quiet'],
  })
})

t.test('only alive members are counted, and traffic is the sum of all servers', async t => {
  const pools = [
    { name: 'a', rows: [rowNamed('s1', {}, { perSecond: 1.5 })] },
    { name: 'b', rows: [rowNamed('s1', {}, { perSecond: 2 })] },
  ]
  const members = [memberNamed('s1'), memberNamed('s2', { status: 'left' })]
  t.match(facts({ members }, { ...noReading, pools }), { Serf: ['1 alive'], Traffic: ['3.5 /s'] })
})

t.test('unreachable components are marked', async t => {
  t.match(facts({ serf: { address: '', connected: false }, haproxy: { reachable: false } }), {
    Serf: ['unreachable', 'bad'],
    HAProxy: ['unreachable', 'bad'],
  })
})

t.test('old workers are counted, and an unknown version is reachable', async t => {
  t.match(facts({ haproxy: { reachable: true, oldWorkers: 1 } }), {
    HAProxy: ['reachable, 1 old worker'],
  })
})

t.test('latency has median and 99th percentile', async t => {
  t.match(facts({ latency: observed(emptyHistogram, 3.5) }), {
    'Change to applied': [/^3(?:\.\d)? ms p50, [\d.]+ ms p99$/],
  })
})

t.test('the mode of the page', async t => {
  t.same(modeOf(emptyPage), { text: 'connecting', tone: 'quiet' })
  t.same(modeOf({ ...emptyPage, connection: 'lost' }), { text: 'agent unreachable', tone: 'bad' })
  const agent = stateWith({ mode: 'held' })
  t.same(modeOf({ ...emptyPage, connection: 'live', agent }), { text: 'held', tone: 'held' })
})
