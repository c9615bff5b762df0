import t from 'tap'
import { compare } from '../../src/model/name-order.js'

t.test('names are sorted by code unit, in no language', async t => {
  t.strictSame(['b', 'a', 'B', 'a-b', 'ä', 'a10', 'a2'].toSorted(compare), [
    'B',
    'a',
    'a-b',
    'a10',
    'a2',
    'b',
    'ä',
  ])
  t.equal(compare('a', 'a'), 0)
})
