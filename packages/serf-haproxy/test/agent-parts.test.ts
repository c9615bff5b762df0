import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import t from 'tap'
import { AgentRecord } from '../src/reporting/agent-record.js'
import { emptyHistogram, observed } from '../src/state/histogram.js'
import { noMemory, withPools } from '../src/decision/member-memory.js'
import { TimesOfMembers } from '../src/reporting/member-times.js'
import { membershipEvents } from '../src/reporting/membership-events.js'
import { noFlaps } from '../src/decision/flap-damping.js'
import { stateFolder } from '../src/agent/state-folder.js'
import type { Facts } from '../src/decision/evaluate-member.js'
import { LostMembers, type Rejoin } from '../src/agent/rejoin-failed.js'
import { timeline } from '../src/reporting/timeline.js'

t.test(
  'what is kept in the state folder is there after a restart, whatever the names are',
  async t => {
    const path = join(t.testdir(), 'state')
    const names = fc.sample(fc.string({ unit: 'binary', minLength: 1 }), { numRuns: 50, seed: 1 })
    const members = new Map(
      [...names, '__proto__', 'evil\n"}'].map(name => [
        name,
        {
          member: { name, address: '10.0.0.1', tags: { a: name } },
          pools: [],
          isAdmitted: true,
          flapState: noFlaps,
        },
      ]),
    )
    const servers = [...members.keys()].map(name => ({ name }))
    const memory = withPools({ members }, [{ name: 'nodes', servers }])
    const errors: Error[] = []
    const folder = stateFolder(path, error => errors.push(error))
    t.same(folder.load(), { memory: undefined, frozen: undefined })
    folder.save({ memory: noMemory, frozen: undefined })
    folder.save({ memory, frozen: { since: 5, reason: 'maintenance', generation: 3 } })
    await folder.settled()
    const { memory: found, frozen } = stateFolder(path, () => {}).load()
    t.same(frozen, { since: 5, reason: 'maintenance', generation: 3 })
    t.strictSame(found, memory)
    t.equal(statSync(join(path, 'memory.json')).mode & 0o777, 0o600)
    t.same(errors, [])
    for (const text of ['', '{', '{"version":2}', '{"version":1,"members":[{}]}', '[]', 'null']) {
      writeFileSync(join(path, 'memory.json'), text)
      t.equal(stateFolder(path, () => {}).load().memory, undefined, text)
    }
    t.throws(() => stateFolder(join(path, 'memory.json', 'below'), () => {}), {
      code: 'state-folder',
    })
  },
)

t.test('what is kept twice over does not keep the next from being kept', async t => {
  const path = t.testdir()
  const folder = stateFolder(path, () => {})
  for (const reason of ['one', 'one', 'one', 'two', 'two', 'three']) {
    folder.save({ memory: noMemory, frozen: { since: 1, reason } })
    await folder.settled()
    t.equal(stateFolder(path, () => {}).load().frozen?.reason, reason)
  }
})

t.test('the timeline is bounded, and is followed from any number on', async t => {
  let now = 100
  const { timeline: events, add } = timeline(3, () => now++)
  const stop = new AbortController()
  const seen: number[] = []
  const following = (async () => {
    for await (const { seq } of events.follow({ signal: stop.signal }))
      if (seen.push(seq) === 4) stop.abort()
  })()
  for (let i = 0; i < 5; i++) {
    add({ kind: 'thawed', text: String(i) })
    await new Promise(resolve => setImmediate(resolve))
  }
  await following
  t.same(seen, [1, 2, 3, 4])
  t.same(
    events.entries().map(({ seq, at }) => [seq, at]),
    [
      [3, 102],
      [4, 103],
      [5, 104],
    ],
  )
  t.same(
    events.entries({ since: 4 }).map(({ seq }) => seq),
    [5],
  )
  for await (const { seq } of events.follow({ since: 0 })) {
    t.equal(seq, 3, 'what fell out is missed')
    break
  }
})

t.test('a histogram counts each duration in its bucket and all above it', async t => {
  const { buckets, count, sum } = [0.4, 2, 9999].reduce(observed, emptyHistogram)
  t.equal(count, 3)
  t.equal(sum, 10_001.4)
  t.same(
    buckets
      .filter(({ le }) => le === 0.5 || le === 1.5 || le === 2 || le === 5000)
      .map(b => b.count),
    [1, 1, 2, 2],
  )
})

t.test(
  'times are kept from the first of their kind on, and a new life begins with serving',
  async t => {
    const times = new TimesOfMembers(2)
    times.note('s1', 'seen', 1)
    times.note('s1', 'seen', 2)
    times.stand('s1', 'serving', 3)
    times.note('s1', 'applied', 4)
    times.stand('s1', 'draining', 5)
    times.stand('s1', 'gone', 6)
    t.same(times.of('s1'), { seen: 1, admitted: 3, applied: 4, drained: 5, removed: 6 })
    times.stand('s1', 'serving', 7)
    t.same(times.of('s1'), { seen: 1, admitted: 7 })
    times.note('s2', 'seen', 8)
    times.note('s3', 'seen', 8)
    t.same(times.of('s1'), {}, 'the longest unheard of is forgotten')
  },
)

t.test('names in a sentence cannot move a cursor, nor fill a screen', async t => {
  const names = [...Array.from({ length: 12 }, (_, i) => `s${i}`), 'evil\u001b[2J\n']
  const members = new Map(
    names.map(name => [name, { name, status: 'alive' as const, address: '', port: 1, tags: {} }]),
  )
  const base = { suspects: new Set<string>(), conflicts: new Map(), connected: true }
  const more = { changeSource: 'log' as const, cause: 'initial' as const, at: 0, detectedAt: 0 }
  const [connection, joined] = membershipEvents(undefined, { members, ...base, ...more })
  t.match(connection, { kind: 'connection', to: 'serf', isUp: true })
  t.match(joined, {
    change: 'joined',
    text: /^evil\?\[2J\?, s0, .* and 3 more joined$|^evil\?\[2J\?, .*, 3 more joined$/,
  })
  t.notMatch(JSON.stringify(joined?.text), /\\u001b|\\n/)
})

/** What is known of members that Serf calls so, of whom HAProxy finds some up. */
const factsOf = (statuses: Record<string, 'alive' | 'failed'>, up: readonly string[]): Facts => ({
  membership: {
    members: new Map(
      Object.entries(statuses).map(([name, status]) => [
        name,
        { name, status, address: '10.0.0.1', port: 7946, tags: {} },
      ]),
    ),
    suspects: new Set(),
    connected: true,
  },
  servers: new Map(
    Object.keys(statuses).map(name => [name, { health: up.includes(name) ? 'up' : 'down' }]),
  ),
  wallTime: 0,
})

t.test(
  'who is lost and healthy is looked for: one at a time, each in turn, and told once',
  async t => {
    const events: string[] = []
    const clock = { now: () => 0, wallTime: () => 0 }
    const record = new AgentRecord(clock, ({ text }) => events.push(text))
    const lost = new LostMembers(record)
    const asked: string[] = []
    const calls: { end(isFound: boolean): void; fail(error: Error): void }[] = []
    const rejoin: Rejoin = ({ name }) => {
      asked.push(name)
      return new Promise((end, fail) => calls.push({ end, fail }))
    }
    const { signal } = new AbortController()
    const look = (now: number, facts: Facts, rejoinMs = 1000) =>
      lost.look({ facts, now }, { rejoin, rejoinMs, signal })
    const cut = factsOf({ s1: 'failed', s2: 'failed', s3: 'failed', s4: 'alive' }, [
      's1',
      's2',
      's4',
    ])
    await look(0, cut, 0)
    t.same([...asked, ...events], [], 'nobody, where Serf is left to itself')
    const first = look(0, cut)
    await look(2000, cut)
    t.same(asked, ['s1'], 'not two at once')
    calls[0]?.end(false)
    await first
    await look(500, cut)
    t.same(asked, ['s1'], 'not sooner than it is due')
    const second = look(1000, cut)
    calls[1]?.fail(new Error('the agent is away'))
    await second
    void look(3000, cut)
    t.same(asked, ['s1', 's2', 's1'])
    t.equal(record.counters.rejoins, 3)
    t.same(events, [
      'Serf lost 2 members that HAProxy finds healthy, and is asked to look for them',
    ])
    await look(9000, factsOf({ s1: 'alive' }, ['s1']))
    await look(9500, { ...cut, membership: { ...cut.membership, connected: false } })
    await look(9500, { ...cut, servers: undefined })
    t.equal(events.length, 1)
    await look(9600, factsOf({ s1: 'failed' }, ['s1']))
    t.equal(events.length, 2, 'another time is told anew')
  },
)
