import * as fc from 'fast-check'
import t from 'tap'
import { wholeTable, type TableQuery } from '../../../src/page/route/route.js'
import {
  compareNames,
  compareNumbers,
  filterRows,
  rowSelector,
} from '../../../src/page/table/select-rows.js'
import { serverRules } from '../../../src/page/table/server-columns.js'
import type { ServerRow } from '../../../src/page/table/server-rows.js'
import { memberNamed } from '../../sample-state.js'
import { rowNamed } from '../sample-rows.js'

const rows: readonly ServerRow[] = [
  rowNamed('s10', {}, { perSecond: 5 }),
  rowNamed('s9', { status: 'DOWN' }, { errors: 2 }),
  rowNamed('s1', {}, { pool: 'db', member: memberNamed('s1', { tags: { zone: 'bern' } }) }),
  rowNamed('s2', { status: 'DRAIN' }, { member: memberNamed('s2', { standing: 'draining' }) }),
]
const namesOf = (list: readonly ServerRow[]) => list.map(({ server }) => server.name).join(' ')
const found = (query: Partial<TableQuery>) =>
  namesOf(rowSelector<ServerRow>(({ key }) => key, serverRules)(rows, { ...wholeTable, ...query }))

t.test(
  'servers that need attention come first, then names in the order of their numbers',
  async t => {
    t.equal(found({}), 's9 s2 s1 s10')
  },
)

t.test('each filter selects rows, and all of them have to match', async t => {
  t.equal(found({ q: ' S1 ' }), 's1 s10')
  t.equal(found({ state: 'down' }), 's9')
  t.equal(found({ state: 'draining' }), 's2')
  t.equal(found({ pool: 'db' }), 's1')
  t.equal(found({ zone: 'bern' }), 's1')
  t.equal(found({ attention: true }), 's9 s2')
  t.equal(found({ attention: true, q: 's9', state: 'up' }), '')
})

t.test('a column orders the rows in both directions', async t => {
  t.equal(found({ sort: 'requests', isDescending: true }), 's10 s9 s2 s1')
  t.equal(found({ sort: 'errors' }), 's2 s1 s10 s9')
  t.equal(found({ sort: 'name' }), 's1 s2 s9 s10')
  t.equal(found({ sort: 'none' }), 's9 s2 s1 s10', 'an unknown column is no order')
})

t.test('the order of the last update does not change the result', async t => {
  const states = fc.constantFrom('UP', 'DOWN', 'DRAIN', 'MAINT')
  const server = fc.tuple(fc.nat(40), states, fc.nat(3))
  const lists = fc.array(fc.uniqueArray(server, { selector: ([n]) => n }), { minLength: 1 })
  fc.assert(
    fc.property(
      lists,
      fc.constantFrom('', 'name', 'errors'),
      fc.boolean(),
      (updates, sort, isDescending) => {
        const select = rowSelector<ServerRow>(({ key }) => key, serverRules)
        for (const update of updates) {
          const list = update.map(([n, status, errors]) =>
            rowNamed(`s${n}`, { status }, { errors }),
          )
          const query = { ...wholeTable, sort, isDescending }
          const fresh = rowSelector<ServerRow>(({ key }) => key, serverRules)(list, query)
          t.equal(namesOf(select(list, query)), namesOf(fresh))
        }
      },
    ),
    { numRuns: 50 },
  )
})

t.test('a filter keeps the order of its rows', async t => {
  t.equal(namesOf(filterRows(rows, wholeTable, serverRules)), 's10 s9 s1 s2')
})

t.test('names are compared by their numbers, and not by their case', async t => {
  t.ok(compareNames('web-9', 'web-10') < 0)
  t.ok(compareNames('Web-9', 'web-10') < 0)
  t.ok(compareNames('a1b2', 'a1b10') < 0)
  t.equal(compareNames('s1', 's01'), 0)
})

t.test('an absent number is smaller than zero', async t => {
  t.ok(compareNumbers(undefined, 0) < 0)
})
