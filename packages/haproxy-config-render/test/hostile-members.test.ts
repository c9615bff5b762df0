import * as fc from 'fast-check'
import t from 'tap'
import { endingOf, hostileMember, placeCount, type Ending } from './hostile-members.js'

t.test('a name or tag cannot add a line, a word or a directive to haproxy.cfg', async t => {
  const endings: Record<Ending, number> = { printed: 0, quarantined: 0, refused: 0 }
  fc.assert(
    fc.property(hostileMember, fc.nat(placeCount - 1), (member, place) => {
      endings[endingOf(member, place)]++
    }),
    { numRuns: 10_000 },
  )
  // Each ending is met, or the test would show nothing.
  for (const [ending, count] of Object.entries(endings)) t.ok(count > 100, `${count} ${ending}`)
})
