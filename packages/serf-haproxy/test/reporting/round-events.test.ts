import t from 'tap'
import { noMemory } from '../../src/decision/member-memory.js'
import {
  causeOf,
  decisionEvents,
  heldRemovals,
  noChange,
  outcomeText,
} from '../../src/reporting/round-events.js'
import type { MemberState } from '../../src/state/agent-state.js'
import { memberNamed } from '../sample-state.js'
import { applied, decisionOn, noop } from './sample-facts.js'

type Standings = Readonly<Record<string, MemberState['standing']>>

const statesOf = (standings: Standings): ReadonlyMap<string, MemberState> =>
  new Map(
    Object.entries(standings).map(([name, standing]) => [
      name,
      memberNamed(name, { standing, reason: `reason of ${name}` }),
    ]),
  )
const eventsOf = (before: Standings, after: Standings) =>
  decisionEvents(statesOf(before), statesOf(after))

t.test('a new standing is an event, with the one of before', async t => {
  t.same(eventsOf({ s1: 'serving' }, { s1: 'draining' }), [
    {
      kind: 'decision',
      member: 's1',
      standing: 'draining',
      before: 'serving',
      reason: 'reason of s1',
      text: 's1 is draining: reason of s1',
    },
  ])
})

t.test('a new member has no standing of before', async t => {
  const [event] = eventsOf({}, { s1: 'serving' })
  t.match(event, { member: 's1', standing: 'serving' })
  t.notOk(event && 'before' in event)
})

t.test('an equal standing is no event, even for another reason', async t => {
  const before = new Map([['s1', memberNamed('s1', { reason: 'a' })]])
  const after = new Map([['s1', memberNamed('s1', { reason: 'b', pools: ['api'] })]])
  t.same(decisionEvents(before, after), [])
})

/** Standings of a member before and after, and the standing of the event; undefined for none. */
const cases: readonly [string, Standings, Standings, string | undefined][] = [
  ['an unknown member that no pool selects', {}, { s1: 'not-selected' }, undefined],
  ['an unknown member that is gone', {}, { s1: 'gone' }, undefined],
  ['an unknown member in quarantine', {}, { s1: 'quarantined' }, 'quarantined'],
  [
    'a serving member that no pool selects',
    { s1: 'serving' },
    { s1: 'not-selected' },
    'not-selected',
  ],
  ['a serving member that is gone', { s1: 'serving' }, { s1: 'gone' }, 'gone'],
  ['an unselected member that is gone', { s1: 'not-selected' }, { s1: 'gone' }, 'gone'],
  ['a member that comes back', { s1: 'gone' }, { s1: 'serving' }, 'serving'],
  ['a serving member that Serf forgot', { s1: 'serving' }, {}, 'gone'],
  ['a held member that Serf forgot', { s1: 'held' }, {}, 'gone'],
  ['an unselected member that Serf forgot', { s1: 'not-selected' }, {}, undefined],
  ['a member that was gone before Serf forgot it', { s1: 'gone' }, {}, undefined],
]

for (const [name, before, after, standing] of cases)
  t.test(`${name} ${standing ? `is an event: ${standing}` : 'is no event'}`, async t => {
    const events = eventsOf(before, after)
    t.same(
      events.map(event => event.standing),
      standing === undefined ? [] : [standing],
    )
  })

t.test('a forgotten member is explained, after the members that are still there', async t => {
  const events = eventsOf({ s1: 'serving', s2: 'serving' }, { s2: 'draining' })
  t.same(
    events.map(({ text }) => text),
    ['s2 is draining: reason of s2', 's1 is gone: it is no longer a member in Serf'],
  )
})

t.test('a hostile name is printable in the text, and unchanged in the field', async t => {
  const name = `\u001b[2J\n${'x'.repeat(100)}`
  for (const [event] of [
    eventsOf({}, { [name]: 'serving' }),
    eventsOf({ [name]: 'serving' }, {}),
  ]) {
    t.equal(event?.member, name)
    t.match(event?.text, /^\\u\{1b\}\[2J\\u\{a\}x+ is (?:serving|gone): /)
    t.notMatch(event?.text.split(' is ')[0], /\p{C}/u)
  }
})

t.test('names of JavaScript are names as others', async t => {
  for (const name of ['constructor', 'toString', ''])
    t.match(eventsOf({}, { [name]: 'serving' }), [{ member: name, standing: 'serving' }])
})

t.test('a cause in words is the changed standings, the last five at most', async t => {
  t.equal(causeOf(statesOf({}), statesOf({})), 'comparison at an interval')
  t.equal(causeOf(statesOf({ s1: 'gone' }), statesOf({})), noChange)
  const many = Object.fromEntries([1, 2, 3, 4, 5, 6].map(i => [`s${i}`, 'serving' as const]))
  const cause = causeOf(statesOf({}), statesOf(many))
  t.equal(cause.split('; ').length, 5)
  t.match(cause, /^s2 is serving: reason of s2; s3 is serving: .*; s6 is serving: reason of s6$/)
})

t.test('held removals have an entry for each pool of a member', async t => {
  const { memory } = await decisionOn({ s1: 'alive', s2: 'alive' })
  const known = memory.members.get('s1')
  if (!known) throw new Error('expected s1 in the memory')
  const members = new Map([...memory.members, ['s1', { ...known, pools: ['nodes', 'api'] }]])
  t.same(heldRemovals(['s2', 's1', 's9'], { ...memory, members }), [
    { pool: 'nodes', member: 's2' },
    { pool: 'nodes', member: 's1' },
    { pool: 'api', member: 's1' },
  ])
  t.same(heldRemovals([], memory), [])
  t.same(heldRemovals(['s1'], noMemory), [])
})

t.test('each outcome is a sentence of its own', async t => {
  const reload = { ...noop, kind: 'reload' as const, reason: 'the frontends differ' }
  const texts = [
    outcomeText(applied(7, 2.26), 's1 joined'),
    outcomeText(
      { kind: 'applied', via: 'reload', generation: 8, plan: reload, tookMs: 100 },
      's2 left',
    ),
    outcomeText({ kind: 'unchanged', plan: noop }, 'x'),
    outcomeText({ kind: 'rejected', report: 'line 3' }, 'x'),
    outcomeText({ kind: 'rolled-back', cause: 'timeout' }, 'x'),
    outcomeText({ kind: 'deferred', cause: 'ENOENT' }, 'x'),
    outcomeText({ kind: 'superseded' }, 'x'),
  ]
  t.same(texts, [
    'Generation 7 by runtime in 2.3 ms: same (s1 joined)',
    'Generation 8 by reload in 100.0 ms: the frontends differ (s2 left)',
    'HAProxy already runs this configuration',
    'HAProxy rejected the configuration and keeps the previous one: line 3',
    'The change was rolled back: timeout',
    'The change is deferred; the configuration file is ready for HAProxy: ENOENT',
    'A newer configuration replaced this one before it was applied',
  ])
})
