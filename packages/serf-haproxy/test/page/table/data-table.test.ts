import t from 'tap'
import { wholeTable } from '../../../src/page/route/route.js'
import { nextOrder } from '../../../src/page/table/data-table.js'

t.test('clicks on a column order up, down, and by attention again', async t => {
  const up = nextOrder(wholeTable, 'errors')
  t.match(up, { sort: 'errors', isDescending: false })
  const down = nextOrder(up, 'errors')
  t.match(down, { sort: 'errors', isDescending: true })
  t.same(nextOrder(down, 'errors'), wholeTable)
  t.match(nextOrder(down, 'name'), { sort: 'name', isDescending: false })
})
