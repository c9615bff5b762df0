import t from 'tap'
import { inQuarantineOrder, sameFindings } from '../../src/pools/findings.js'
import type { Quarantined } from '../../src/model/quarantined.js'

const finding = (pool: string, member: string, reason = 'x'): Quarantined => ({
  pool,
  member,
  code: 'full',
  reason,
})

t.test('findings are sorted by pool, then by member', async t => {
  const all = [finding('b', 'a'), finding('a', 'z'), finding('a', 'b')]
  t.strictSame(
    inQuarantineOrder(all).map(({ pool, member }) => pool + member),
    ['ab', 'az', 'ba'],
  )
})

t.test('equal findings are the same array', async t => {
  const before = [finding('a', 'a'), finding('a', 'b')]
  t.equal(sameFindings(before, [finding('a', 'b'), finding('a', 'a')]), before)
  for (const others of [[], [finding('a', 'a')], [finding('a', 'a'), finding('a', 'b', 'y')]])
    t.strictSame(sameFindings(before, others), others)
})
