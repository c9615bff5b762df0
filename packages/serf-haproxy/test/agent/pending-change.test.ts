import t from 'tap'
import {
  mergePending,
  reaction,
  undone,
  withUndone,
  type PendingChange,
} from '../../src/agent/pending-change.js'
import { noChange } from '../../src/reporting/round-events.js'
import { membershipOf } from '../sample-membership.js'

const at = (detectedAt: number, kind = 'log'): PendingChange => ({ detectedAt, kind, texts: ['x'] })
const names = (...numbers: number[]) => numbers.map(number => `s${number} joined`)

t.test('the first snapshot gives the time, the kind and the texts', async t => {
  const snapshot = membershipOf({ s1: 'alive' }, { cause: 'event', detectedAt: 12.5 })
  t.same(mergePending(undefined, snapshot, names(1)), {
    detectedAt: 12.5,
    kind: 'event',
    texts: names(1),
  })
  t.same(mergePending(undefined, snapshot, []).texts, [])
})

t.test('a later snapshot adds its texts to the time and the kind of the first', async t => {
  const first = mergePending(undefined, membershipOf({}, { detectedAt: 5 }), names(1))
  const later = membershipOf({}, { cause: 'resync', detectedAt: 99 })
  t.same(mergePending(first, later, names(2)), {
    detectedAt: 5,
    kind: 'log',
    texts: names(1, 2),
  })
  t.same(first.texts, names(1), 'the change of before is as it was')
})

t.test('a change of many members keeps the newest texts, in one snapshot as in many', async t => {
  const texts = names(1, 2, 3, 4, 5, 6, 7)
  t.same(mergePending(undefined, membershipOf({}), texts).texts, names(3, 4, 5, 6, 7))
  t.same(mergePending(undefined, membershipOf({}), texts.slice(0, 5)).texts.length, 5)
})

t.test('many snapshots keep the newest texts', async t => {
  const first = mergePending(undefined, membershipOf({}), names(1, 2, 3, 4))
  const second = mergePending(first, membershipOf({}), names(5))
  t.same(second.texts, names(1, 2, 3, 4, 5))
  t.same(mergePending(second, membershipOf({}), names(6, 7)).texts, names(3, 4, 5, 6, 7))
  t.same(mergePending(second, membershipOf({}), []).texts, second.texts)
})

const applied = { kind: 'applied', tookMs: 4 }

for (const kind of ['log', 'event', 'refresh'])
  t.test(`a change that was reported by ${kind} is timed until HAProxy ran it`, async t => {
    t.same(reaction(at(100, kind), applied, 103.5), { causeKind: kind, reactedInMs: 7.5 })
  })

for (const kind of ['initial', 'resync', 'reconnect', 'manual', 'Log', ''])
  t.test(`a change of the kind ${JSON.stringify(kind)} has no time of a report`, async t => {
    t.same(reaction(at(100, kind), applied, 103), { causeKind: kind, reactedInMs: undefined })
  })

t.test('a round without a reported change is caused by health', async t => {
  t.same(reaction(undefined, applied, 103), { causeKind: 'health', reactedInMs: undefined })
})

t.test('an attempt that HAProxy does not run is not timed', async t => {
  for (const kind of ['unchanged', 'rejected', 'rolled-back', 'deferred', 'superseded'])
    t.equal(reaction(at(100), { kind, tookMs: 4 }, 103).reactedInMs, undefined, kind)
  t.equal(reaction(at(100), { kind: 'applied' }, 103).reactedInMs, undefined, 'without a duration')
})

t.test('a change that took no time at all is timed as zero', async t => {
  t.equal(reaction(at(100), { kind: 'applied', tookMs: 0 }, 100).reactedInMs, 0)
})

t.test('a failed round leaves its change undone, or the cause that it found', async t => {
  t.same(undone(at(5), 'any'), at(5))
  t.equal(undone(undefined, noChange), undefined)
  t.same(undone(undefined, 's1 is down'), {
    detectedAt: NaN,
    kind: 'health',
    texts: ['s1 is down'],
  })
})

t.test('what was reported since is added to a change that is undone', async t => {
  t.same(withUndone(at(5), at(9, 'event')), { ...at(5), texts: ['x', 'x'] })
  t.same(withUndone(undefined, at(9)), at(9))
  t.same(withUndone(at(5), undefined), at(5))
  t.equal(withUndone(undefined, undefined), undefined)
})
