import * as fc from 'fast-check'
import t from 'tap'
import { TimesOfMembers } from '../../src/reporting/member-times.js'

t.test(
  'the first time of each step is kept, and a member that serves again starts anew',
  async t => {
    const times = new TimesOfMembers(2)
      .withStep(['s1'], 'seen', 1)
      .withStep(['s1'], 'seen', 2)
      .withStanding('s1', 'serving', 3)
      .withStep(['s1'], 'applied', 4)
      .withStanding('s1', 'draining', 5)
      .withStanding('s1', 'gone', 6)
    t.same(times.of('s1'), { seen: 1, admitted: 3, applied: 4, drained: 5, removed: 6 })
    const again = times.withStanding('s1', 'serving', 7)
    t.same(again.of('s1'), { seen: 1, admitted: 7 })
    const more = again.withStep(['s2'], 'seen', 8).withStep(['s3'], 'seen', 8)
    t.same(more.of('s1'), {}, 'the member with the oldest step is dropped')
    t.same([more.of('s2'), more.of('s3')], [{ seen: 8 }, { seen: 8 }])
  },
)

t.test('times are immutable, and the same object while nothing is new', async t => {
  const before = new TimesOfMembers()
  const after = before.withStep(['s1', 's2'], 'seen', 1)
  t.same(before.of('s1'), {})
  t.same(after.of('s2'), { seen: 1 })
  t.equal(after.withStep(['s1', 's2'], 'seen', 2), after)
  t.equal(after.withStep([], 'applied', 2), after)
})

for (const [standing, expected] of [
  ['serving', { seen: 1, admitted: 9 }],
  ['draining', { seen: 1, admitted: 2, drained: 9 }],
  ['damped', { seen: 1, admitted: 2, drained: 9 }],
  ['gone', { seen: 1, admitted: 2, removed: 9 }],
  ['held', { seen: 1, admitted: 2 }],
  ['kept-by-health', { seen: 1, admitted: 2 }],
  ['quarantined', { seen: 1, admitted: 2 }],
  ['not-selected', { seen: 1, admitted: 2 }],
] as const) {
  t.test(`the times of a member after the standing ${standing}`, async t => {
    const times = new TimesOfMembers().withStep(['s1'], 'seen', 1).withStanding('s1', 'serving', 2)
    t.same(times.withStanding('s1', standing, 9).of('s1'), expected)
  })
}

t.test('a member that never served is not removed', async t => {
  const times = new TimesOfMembers().withStep(['s1'], 'seen', 1)
  t.same(times.withStanding('s1', 'gone', 2).of('s1'), { seen: 1 })
  t.same(new TimesOfMembers().withStanding('s9', 'serving', 3).of('s9'), { admitted: 3 })
})

t.test('the member whose newest step is oldest is dropped first', async t => {
  const times = new TimesOfMembers(2)
    .withStep(['s1'], 'seen', 1)
    .withStep(['s2'], 'seen', 2)
    .withStep(['s1'], 'applied', 3)
    .withStep(['s3'], 'seen', 4)
  t.same(
    ['s1', 's2', 's3'].map(name => times.of(name)),
    [{ seen: 1, applied: 3 }, {}, { seen: 4 }],
  )
})

t.test('the bound holds for any members, and the newest steps are kept', async t => {
  const names = fc.array(fc.string({ maxLength: 2 }), { maxLength: 12 })
  const isBounded = () =>
    fc.assert(
      fc.property(fc.array(names, { maxLength: 5 }), batches => {
        const limit = 4
        const times = batches.reduce(
          (all, batch, at) => all.withStep(batch, at % 2 === 0 ? 'seen' : 'applied', at),
          new TimesOfMembers(limit),
        )
        const known = new Set(batches.flat().filter(name => Object.keys(times.of(name)).length > 0))
        return known.size <= limit
      }),
    )
  t.doesNotThrow(isBounded)
})
