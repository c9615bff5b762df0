import t from 'tap'
import {
  noSuspicions,
  pruneSuspicions,
  recordConflict,
  recordRefutation,
  recordSuspicion,
} from '../../src/log/suspicions.js'
import { member } from '../fake-serf-agent.js'

const names = ['s1', 's2']
const addresses = { mine: '10.0.0.1:7946', theirs: '10.0.0.2:7946' }

t.test('a suspicion ends when the member is no longer alive', async t => {
  const suspicions = recordSuspicion(recordSuspicion(noSuspicions(), 's1', 0), 's2', 0)
  const members = new Map([
    ['s1', member('s1')],
    ['s2', member('s2', { status: 'failed' })],
  ])
  t.same([...pruneSuspicions(suspicions, members, names, 1).suspectedAt.keys()], ['s1'])
  t.same(pruneSuspicions(suspicions, new Map(), names, 1), noSuspicions(), 'or is unknown')
})

t.test('a suspicion ends with its refutation, or after a minute', async t => {
  const members = new Map([['s1', member('s1')]])
  const suspicions = recordSuspicion(noSuspicions(), 's1', 1000)
  t.same(recordRefutation(suspicions, 's1'), noSuspicions())
  t.equal(pruneSuspicions(suspicions, members, names, 60_999).suspectedAt.size, 1)
  t.equal(pruneSuspicions(suspicions, members, names, 61_000).suspectedAt.size, 0)
  t.same(suspicions.suspectedAt.get('s1'), 1000, 'the input is not changed')
})

t.test('a conflict ends if the log does not repeat it within 30 seconds', async t => {
  const members = new Map([['s1', member('s1')]])
  const suspicions = recordConflict(noSuspicions(), 's1', addresses, 0)
  t.match(pruneSuspicions(suspicions, members, names, 29_999).conflicts.get('s1'), addresses)
  t.equal(pruneSuspicions(suspicions, members, names, 30_000).conflicts.size, 0)
  const again = recordConflict(suspicions, 's1', addresses, 20_000)
  t.equal(pruneSuspicions(again, members, names, 30_000).conflicts.size, 1)
})

t.test('a conflict ends when its member is unknown', async t => {
  const suspicions = recordConflict(noSuspicions(), 's1', addresses, 0)
  t.equal(pruneSuspicions(suspicions, new Map(), names, 1).conflicts.size, 0)
})

t.test('the refutation of a member that is not suspect changes nothing', async t => {
  const suspicions = recordSuspicion(noSuspicions(), 's1', 5)
  t.same(recordRefutation(suspicions, 's2'), suspicions)
})

t.test('a thousand suspicions and a thousand conflicts leave no room for more', async t => {
  let suspicions = noSuspicions()
  for (let i = 0; i < 1200; i++) {
    suspicions = recordSuspicion(suspicions, `s${i}`, 0)
    suspicions = recordConflict(suspicions, `s${i}`, addresses, 0)
  }
  t.equal(suspicions.suspectedAt.size, 1000)
  t.equal(suspicions.conflicts.size, 1000)
  const later = recordSuspicion(recordConflict(suspicions, 's1', addresses, 2000), 's1', 2000)
  t.equal(later.suspectedAt.get('s1'), 2000, 'an open one is renewed')
  t.equal(later.conflicts.get('s1')?.loggedAt, 2000)
  t.equal(recordSuspicion(later, 's1', 2999), later, 'once a second')
})

t.test('only members that were read lose their suspicions', async t => {
  const suspicions = recordSuspicion(recordSuspicion(noSuspicions(), 's1', 0), 's2', 0)
  const { suspectedAt } = pruneSuspicions(suspicions, new Map(), ['s2'], 1)
  t.same([...suspectedAt.keys()], ['s1'])
})

t.test('a read without a change keeps the maps', async t => {
  const suspicions = recordSuspicion(noSuspicions(), 's1', 0)
  const pruned = pruneSuspicions(suspicions, new Map([['s1', member('s1')]]), ['s1', 's3'], 1)
  t.equal(pruned.suspectedAt, suspicions.suspectedAt)
  t.equal(pruned.conflicts, suspicions.conflicts)
})

t.test('the suspicions that were not renewed expire first', async t => {
  let suspicions = noSuspicions()
  for (const name of ['s1', 's2', 's3']) suspicions = recordSuspicion(suspicions, name, 0)
  suspicions = recordSuspicion(suspicions, 's1', 30_000)
  const { suspectedAt } = pruneSuspicions(suspicions, new Map(), [], 60_000)
  t.same([...suspectedAt], [['s1', 30_000]])
})
