import t from 'tap'
import { membershipEvents, namesInWords } from '../../src/reporting/membership-events.js'
import { membershipOf } from '../sample-membership.js'

t.test('names in a text contain no control characters, and are limited in number', async t => {
  const names = [...Array.from({ length: 12 }, (_, i) => `s${i}`), 'evil\u001b[2J\n']
  const members = Object.fromEntries(names.map(name => [name, 'alive' as const]))
  const [connection, joined] = membershipEvents(undefined, membershipOf(members))
  t.match(connection, { kind: 'connection', to: 'serf', isUp: true })
  t.match(joined, {
    change: 'joined',
    text: /^evil\\u\{1b\}\[2J\\u\{a\}, s0, .*, 3 more joined$/,
  })
  t.notMatch(JSON.stringify(joined?.text), /\\u001b|\\n/)
})

t.test('equal snapshots lead to no event', async t => {
  t.same(membershipEvents(membershipOf({ s1: 'alive' }), membershipOf({ s1: 'alive' })), [])
})

const alive = membershipOf({ s1: 'alive', s2: 'alive' })
const conflict = { mine: '10.0.0.1:7946', theirs: '10.0.0.2:7946' }
const moved = {
  ...alive,
  members: new Map([...alive.members].map(([name, m]) => [name, { ...m, address: '10.0.0.9' }])),
}
for (const [change, before, after, text] of [
  ['joined', membershipOf({ s1: 'alive' }), alive, 's2 joined'],
  ['left', alive, membershipOf({ s1: 'alive', s2: 'left' }), 's2 left'],
  ['failed', alive, membershipOf({ s1: 'failed', s2: 'alive' }), 's1 failed in Serf'],
  ['leaving', alive, membershipOf({ s1: 'leaving', s2: 'alive' }), 's1 is leaving'],
  ['updated', alive, moved, 's1, s2 changed its address or tags'],
  [
    'suspected',
    alive,
    { ...alive, suspects: new Set(['s1']) },
    's1 is suspect: it does not answer probes',
  ],
  ['refuted', { ...alive, suspects: new Set(['s1']) }, alive, 's1 answers again'],
  [
    'conflicting',
    alive,
    { ...alive, conflicts: new Map([['s1', conflict]]) },
    's1 is claimed by a second node',
  ],
  [
    'reconciled',
    { ...alive, conflicts: new Map([['s1', conflict]]) },
    alive,
    's1 is claimed by one node only again',
  ],
] as const) {
  t.test(`a member that is ${change} leads to one event`, async t => {
    const cause = 'event' as const
    t.match(membershipEvents(before, { ...after, cause }), [
      { kind: 'membership', change, cause, text },
    ])
  })
}

t.test('a lost and a new connection come before the changes', async t => {
  const away = { ...alive, connected: false, error: new Error('ECONNREFUSED') as never }
  t.same(membershipEvents(alive, away), [
    {
      kind: 'connection',
      to: 'serf',
      isUp: false,
      error: 'ECONNREFUSED',
      text: 'The Serf agent does not answer: ECONNREFUSED',
    },
  ])
  const back = membershipEvents(away, membershipOf({ s1: 'alive', s2: 'left' }))
  t.same(
    back.map(({ kind, text }) => [kind, text]),
    [
      ['connection', 'The Serf agent answers'],
      ['membership', 's2 left'],
    ],
  )
  t.match(membershipEvents(alive, { ...alive, connected: false }), [{ text: /no reason given$/ }])
})

const letters = Array.from('abcdefghijk')
for (const [names, words] of [
  [[], ''],
  [['a'], 'a'],
  [['b', 'a'], 'b, a'],
  [letters.slice(0, 10), 'a, b, c, d, e, f, g, h, i, j'],
  [letters, 'a, b, c, d, e, f, g, h, i, j, 1 more'],
] as const) {
  t.test(`${names.length} names are joined for a sentence`, async t => {
    t.equal(namesInWords(names), words)
  })
}
