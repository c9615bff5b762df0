import t from 'tap'
import { spreadOf, timesText } from '../src/spread.js'

t.test('the median of an even number of values is between the middle two', async t => {
  t.same(spreadOf([4, 1, 10, 2]), { median: 3, least: 1, most: 10, count: 4 })
  t.same(spreadOf([7, 1, 3]), { median: 3, least: 1, most: 7, count: 3 })
})

t.test('times have their count, and their limits where there are several', async t => {
  t.equal(timesText([1200, 900, 4000.4]), '1,200 ms (900–4,000 ms, n = 3)')
  t.equal(timesText([12]), '12 ms (n = 1)')
  t.equal(timesText([]), '–')
})
