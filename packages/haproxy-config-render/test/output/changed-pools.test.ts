import t from 'tap'
import { parseModel } from '../../src/model/parse-model.js'
import { changedPools } from '../../src/output/changed-pools.js'
import { smallModel } from '../cases.js'

const [app] = smallModel.pools
const withPool = (fields: object) => parseModel({ ...smallModel, pools: [{ ...app, ...fields }] })

t.test('only pools with other servers are changed', async t => {
  t.strictSame(changedPools(smallModel, smallModel), [])
  const after = withPool({ servers: [] })
  t.strictSame(changedPools(smallModel, after), after.pools)
})

t.test('any other difference has no changed pools', async t => {
  t.equal(changedPools(smallModel, withPool({ balance: 'random' })), undefined)
  t.equal(changedPools(smallModel, parseModel({ ...smallModel, values: { a: 1 } })), undefined)
  t.equal(
    changedPools(parseModel({ ...smallModel, frontends: [], pools: [] }), smallModel),
    undefined,
  )
})
