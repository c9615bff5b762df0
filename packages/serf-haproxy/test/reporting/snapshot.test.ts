import { SerfError } from 'node-serf-client'
import t from 'tap'
import type { Observation, SeenServer } from '../../src/haproxy/observe-haproxy.js'
import { emptyRecord, type AgentRecord } from '../../src/reporting/agent-record.js'
import { snapshotState, type SnapshotInput } from '../../src/reporting/snapshot.js'
import { version } from '../../src/version.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'
import { membershipOf } from '../sample-membership.js'
import { seenServer, serverStatistics } from '../sample-server-statistics.js'
import { applied, decisionOn, outcomeFact, recordAfter } from './sample-facts.js'

const input: SnapshotInput = {
  startedAt: 100,
  file: undefined,
  configuration: configurationIn('/nowhere', { serf: { rpc: '[::1]:7373' } }),
  loadedAt: 200,
  refused: undefined,
}
const shown = (facts: Partial<AgentRecord> = {}, more: Partial<SnapshotInput> = {}) =>
  snapshotState({ ...emptyRecord, ...facts }, { ...input, ...more })

const statistics = seenServer('s1', {
  since: 77,
  responseMs: 12,
  weight: 40,
  check: 'L4OK',
  sessions: 3,
  totalSessions: 9,
  responseErrors: 1,
  serverErrors: 2,
})

/** An observation of the server `nodes/s1`. */
const observed = (facts: Partial<typeof statistics> = {}): Observation<SeenServer> => ({
  haproxy: { reachable: true, version: '3.0.1', pid: 7 },
  servers: new Map([['nodes/s1', { ...statistics, ...facts }]]),
})

t.test('an agent that has just started has asked nothing yet', async t => {
  t.same(shown(), {
    version,
    startedAt: 100,
    serf: { address: '[::1]:7373', connected: false, error: 'not connected yet' },
    haproxy: { reachable: false, error: 'not asked yet' },
    mode: 'following',
    members: [],
    quarantined: [],
    pools: [],
    configuration: { loadedAt: 200 },
    counters: emptyRecord.counters,
    latency: emptyRecord.latency,
  })
})

t.test('the state is plain JSON data', async t => {
  const { fact } = await decisionOn({ s1: 'alive', s2: 'failed' })
  const { record } = recordAfter([
    { kind: 'membership', membership: membershipOf({ s1: 'alive', s2: 'failed', s3: 'alive' }) },
    fact,
    outcomeFact(applied(1), 3),
    {
      kind: 'observation',
      observation: {
        haproxy: observed().haproxy,
        servers: new Map([['nodes/s1', serverStatistics('s1')]]),
      },
    },
    { kind: 'failure', error: new Error('x') },
  ])
  const state = snapshotState(record, { ...input, file: '/etc/agent.yaml', refused: 'y' })
  t.strictSame(JSON.parse(JSON.stringify(state)), state)
  t.match(state, {
    generation: { number: 1, cause: 's1 joined', via: 'runtime' },
    outcome: { kind: 'applied' },
    fault: { error: 'x' },
    configuration: { file: '/etc/agent.yaml', loadedAt: 200, refused: 'y' },
    haproxy: { reachable: true, version: '3.0.1', pid: 7 },
    latency: { count: 1, sum: 3 },
  })
})

const frozen = { since: 1, reason: 'upgrade' }
const held = { since: 2, reason: 'many', removals: [{ pool: 'nodes', member: 's1' }] }

for (const [mode, facts] of [
  ['following', {}],
  ['frozen', { frozen }],
  ['held', { held }],
  ['frozen', { frozen, held }],
] as const)
  t.test(`the mode is ${mode} with ${Object.keys(facts).join(' and ') || 'neither'}`, async t => {
    const state = shown(facts)
    t.equal(state.mode, mode)
    t.same({ ...state, mode: 'following' }, { ...shown(), ...facts })
  })

t.test('a connected Serf agent has the source and the time of its members', async t => {
  const membership = membershipOf({}, { changeSource: 'events', at: 5000 })
  t.same(shown({ membership }).serf, {
    address: '[::1]:7373',
    connected: true,
    changeSource: 'events',
    readAt: 5000,
  })
})

t.test('a Serf agent that is away has the message of its error', async t => {
  const error = new SerfError('closed', 'the connection is closed')
  t.match(shown({ membership: membershipOf({}, { connected: false, error }) }).serf, {
    connected: false,
    error: 'the connection is closed',
  })
})

t.test(
  'members that are newer than the decision are undecided, and all are sorted by name',
  async t => {
    const { fact } = await decisionOn({ s1: 'alive' })
    const membership = membershipOf(
      { s0: 'alive', s1: 'alive', s2: 'failed' },
      { suspects: new Set(['s0']) },
    )
    const { record } = recordAfter([fact])
    const { members } = snapshotState({ ...record, membership }, input)
    t.same(
      members.map(({ name, standing, suspect }) => [name, standing, suspect]),
      [
        ['s0', 'not-selected', true],
        ['s1', 'serving', false],
        ['s2', 'not-selected', false],
      ],
    )
    t.same(members[2], {
      name: 's2',
      address: '127.0.0.4',
      status: 'failed',
      tags: { role: 'backend' },
      suspect: false,
      pools: [],
      standing: 'not-selected',
      reason: 'not decided yet',
    })
  },
)

t.test('hostile names are names, and each is there once', async t => {
  const names = ['constructor', '\u001b[2J', 'nodes/s1', '']
  const membership = membershipOf(Object.fromEntries(names.map(name => [name, 'alive'])))
  t.same(
    shown({ membership }).members.map(({ name }) => name),
    names.toSorted(),
  )
})

/** The servers of the pool `nodes`, as an observation completes them. */
async function servers(observation: Observation<SeenServer> | undefined) {
  const { record } = recordAfter([(await decisionOn({ s1: 'alive' })).fact])
  const { pools } = snapshotState({ ...record, observation }, input)
  t.same(
    pools.map(({ name }) => name),
    ['nodes'],
  )
  return pools[0]?.servers
}

const decided = { name: 's1', address: '127.0.0.2', port: 3000, weight: 100 }

t.test('a server that HAProxy has not shown yet has the decision only', async t => {
  t.same(await servers(undefined), [decided])
  t.same(await servers({ haproxy: { reachable: false }, servers: new Map() }), [decided])
})

for (const [status, health] of [
  ['UP', 'up'],
  ['DOWN 1/2', 'down'],
  ['no check', 'up'],
  ['something else', undefined],
] as const)
  t.test(`a server with the status ${status} is ${health ?? 'of unknown health'}`, async t => {
    const { pool: _, name: __, weight: currentWeight, ...counts } = statistics
    const expected = { ...decided, currentWeight, ...counts, status, ...(health && { health }) }
    t.strictSame(await servers(observed({ status })), [expected])
  })

t.test('a server of the same name in another pool is another server', async t => {
  const other = new Map([['api/s1', { ...statistics, pool: 'api' }]])
  t.same(await servers({ haproxy: { reachable: true }, servers: other }), [decided])
})

t.test('a decided member has its present status in Serf, also while rounds fail', async t => {
  const { fact } = await decisionOn({ s1: 'alive', s2: 'alive', s3: 'alive' })
  const { record } = recordAfter([
    fact,
    { kind: 'membership', membership: membershipOf({ s1: 'alive', s2: 'left' }) },
  ])
  t.match(
    snapshotState(record, input).members.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    [
      { name: 's1', status: 'alive', reason: /^(?!decided while)/ },
      { name: 's2', status: 'left', reason: /^decided while it was alive: / },
      { name: 's3', status: 'absent', reason: /^decided while it was alive: / },
    ],
  )
})

t.test('a failed poll, a failed probe and what the disk refuses are part of the state', async t => {
  const disk = [{ place: 'lock', at: 1, error: 'ENOSPC' }] as const
  const pollFault = { at: 2, error: 'x' }
  const probeFault = { at: 3, error: 'y' }
  t.match(shown({ disk, pollFault, probeFault }), { disk, pollFault, probeFault })
})

t.test('what did not change is the same object in the next state', async t => {
  const { fact } = await decisionOn({ s1: 'alive', s2: 'alive' })
  const membership = membershipOf({ s1: 'alive', s2: 'alive' })
  const { record } = recordAfter([{ kind: 'membership', membership }, fact])
  const seen = { s1: seenServer('s1'), s2: seenServer('s2') }
  const at = (servers: Readonly<Record<string, SeenServer>>) => {
    const keyed = Object.entries(servers).map(([name, each]) => [`nodes/${name}`, each] as const)
    const observation = { haproxy: { reachable: true }, servers: new Map(keyed) }
    return snapshotState({ ...record, observation }, input)
  }
  const first = at(seen)
  const next = at({ ...seen, s2: seenServer('s2', { sessions: 1 }) })
  t.equal(next.members, first.members)
  t.equal(next.pools[0]?.servers[0], first.pools[0]?.servers[0])
  t.match(next.pools[0]?.servers, [{ sessions: 0 }, { sessions: 1 }])
  const left = membershipOf({ s1: 'alive', s2: 'left' })
  const { members } = snapshotState({ ...record, membership: left }, input)
  t.equal(members[0], first.members[0])
  t.match(members[1], { status: 'left' })
})
