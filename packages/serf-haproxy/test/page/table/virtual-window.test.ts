import * as fc from 'fast-check'
import t from 'tap'
import { revealing, windowOf } from '../../../src/page/table/virtual-window.js'

const scrolled = fc.record({
  scrollTop: fc.nat(400_000),
  height: fc.nat(1200),
  rowHeight: fc.integer({ min: 20, max: 60 }),
  count: fc.nat(10_000),
})

t.test('every visible row exists, and never more than 60', async t => {
  fc.assert(
    fc.property(scrolled, at => {
      const { from, to } = windowOf(at)
      t.ok(0 <= from && from <= to && to <= at.count)
      t.ok(to - from <= 60)
      const top = Math.floor(at.scrollTop / at.rowHeight)
      if (top < at.count && at.height > 0) t.ok(from <= top && top < to, `${top} in ${from}–${to}`)
    }),
  )
})

t.test('a row is revealed with the smallest movement', async t => {
  const at = { scrollTop: 100, height: 200, rowHeight: 20, count: 1000 }
  t.equal(revealing(7, at), 100, 'it is visible')
  t.equal(revealing(2, at), 40, 'it is above')
  t.equal(revealing(20, at), 220, 'it is below')
})
