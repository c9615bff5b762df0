import t from 'tap'
import { serverOfView, templateView } from '../../src/template/template-view.js'
import { smallModel } from '../cases.js'

t.test('each address of the view leads back to its server', async t => {
  const { addresses } = templateView(smallModel, () => {})
  t.strictSame(addresses, [
    { host: 's1', ip: '10.0.0.1', port: 80 },
    { host: 's2', ip: '10.0.0.2', port: 80 },
  ])
  t.strictSame(addresses.map(serverOfView), smallModel.pools[0]?.servers)
  for (const value of [{ ...addresses[0] }, null, 's1']) t.equal(serverOfView(value), undefined)
})

t.test('a view reports the pools whose servers are read', async t => {
  const read: string[] = []
  const view = templateView(smallModel, pool => read.push(pool))
  t.equal(view.pools[0]?.name, 'app')
  t.strictSame(read, [])
  t.equal(view.pools[0]?.servers, smallModel.pools[0]?.servers)
  t.equal(view.addresses.length, 2)
  t.strictSame(read, ['app', 'app'])
})
