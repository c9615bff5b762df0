import t from 'tap'
import { countTones, isDense, poolCards, summaryOf } from '../../../src/page/tiles/pool-cards.js'
import { noReading, type ServerRow } from '../../../src/page/table/server-rows.js'
import { rowNamed } from '../sample-rows.js'

const rows = (count: number): readonly ServerRow[] =>
  Array.from({ length: count }, (_, i) => rowNamed(`s${i}`))
const reading = (...sizes: readonly number[]) => ({
  ...noReading,
  pools: sizes.map((size, i) => ({ name: `p${i}`, rows: rows(size) })),
})

t.test('a pool is summarized by its servers that are up, and its rate', async t => {
  t.equal(
    summaryOf([
      rowNamed('a', {}, { perSecond: 1.5 }),
      rowNamed('b', { status: 'no check' }, { perSecond: 2 }),
      rowNamed('c', { status: 'DOWN' }),
    ]),
    '2 of 3 servers up, 3.5 /s',
  )
  t.equal(
    summaryOf([rowNamed('a', { status: 'UP 1/2' }, { perSecond: 12 })]),
    '1 of 1 server up, 12 /s',
  )
  t.equal(summaryOf(rows(9000)), '9,000 of 9,000 servers up, 0 /s')
})

t.test('servers are tiles until a pool has 24, or all pools have 96', async t => {
  t.notOk(isDense(reading(23)))
  t.ok(isDense(reading(3, 24)))
  t.notOk(isDense(reading(23, 23, 23, 23)))
  t.ok(isDense(reading(20, 20, 20, 20, 20)))
  t.type(poolCards, 'function')
})

t.test('the servers of each tone are counted', async t => {
  const down = rowNamed('s1', { status: 'DOWN' })
  t.same(countTones([down, down, rowNamed('s2')]), { bad: 2, held: 0, warn: 0, quiet: 0, good: 1 })
})
