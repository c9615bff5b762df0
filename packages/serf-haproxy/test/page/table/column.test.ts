import t from 'tap'
import { columnsFor, trackSizes } from '../../../src/page/table/column.js'
import { serverColumns } from '../../../src/page/table/server-columns.js'

const keys = (width: number) => columnsFor(serverColumns, width).map(({ key }) => key)

t.test('a wide table has all columns', async t => {
  t.equal(keys(1500).length, serverColumns.length)
})

t.test('a narrow table keeps the most important columns', async t => {
  t.same(keys(360), ['name', 'haproxy', 'requests'])
  t.same(keys(0), ['name', 'haproxy', 'requests'])
})

t.test('the columns that remain fit', async t => {
  for (let width = 310; width < 1500; width += 10) {
    const sum = columnsFor(serverColumns, width).reduce((all, column) => all + column.width, 0)
    t.ok(sum <= width, `${sum} in ${width}`)
  }
})

t.test('a column has a fixed width, or grows', async t => {
  t.match(trackSizes(serverColumns), /^minmax\(150px, 2fr\) 90px .* minmax\(160px, 3fr\)$/)
})
