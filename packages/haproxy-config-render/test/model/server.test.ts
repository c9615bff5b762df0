import * as fc from 'fast-check'
import t from 'tap'
import { checkServer, isServer } from '../../src/model/server.js'

t.test('the quick check of a server and the schema say the same', async t => {
  const field = fc.oneof(
    fc.constantFrom(
      's1',
      '-x',
      'a b',
      '',
      'x'.repeat(65),
      '10.0.0.1',
      '::1',
      'fe80::1%e',
      'a\n',
      '::',
      'FD00::0:1',
    ),
    fc.integer({ min: -1, max: 70_000 }),
    fc.constantFrom(undefined, null, 1.5, true),
  )
  const servers = fc.record(
    { name: field, address: field, port: field, weight: field },
    { requiredKeys: [] },
  )
  // A field of its own keeps the quick check away, and means nothing.
  fc.assert(
    fc.property(servers, server => {
      const quick = checkServer(server)
      const slow = checkServer({ ...server, backup: false })
      t.strictSame([quick.success, { ...quick.data }], [slow.success, { ...slow.data }])
    }),
    { numRuns: 500 },
  )
})

t.test('only a server that was checked is one', async t => {
  const plain = { name: 's1', address: '10.0.0.1', port: 80 }
  const { data } = checkServer(plain)
  t.ok(isServer(data))
  t.notOk(isServer({ ...data }))
  for (const value of [plain, null, undefined, 's1']) t.notOk(isServer(value))
  t.equal(checkServer(data).data, data, 'it is not checked again')
})
