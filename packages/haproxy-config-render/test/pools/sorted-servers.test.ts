import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import t from 'tap'
import { checkedServer, type Server } from '../../src/model/server.js'
import { compare } from '../../src/model/name-order.js'
import { withEdits, withSame } from '../../src/pools/sorted-servers.js'

const server = (name: string, weight = 1): Server =>
  checkedServer({
    name,
    address: '10.0.0.1',
    port: 80,
    weight,
    backup: false,
    slowStartMs: 0,
    options: '',
    tags: {},
  })

const sorted = (servers: Iterable<Server>) =>
  [...servers].toSorted((a, b) => compare(a.name, b.name))

const name = fc.constantFrom('', 'a', 'b', 'bb', 'c', 'é', 'z')
const servers = fc.uniqueArray(name).map(names => sorted(names.map(one => server(one))))

t.test('edits give the servers of a map that was edited, and share all others', async () => {
  const edit = fc.tuple(name, fc.option(fc.nat(9), { nil: undefined }))
  fc.assert(
    fc.property(servers, fc.array(edit), (before, changes) => {
      const edits = new Map(
        changes.map(([one, weight]) => [
          one,
          weight === undefined ? undefined : server(one, weight),
        ]),
      )
      const expected = new Map(before.map(one => [one.name, one]))
      for (const [one, value] of edits) {
        if (value) expected.set(one, value)
        else expected.delete(one)
      }
      const after = withEdits(before, edits)
      const wanted = sorted(expected.values())
      assert.ok(after.length === wanted.length && after.every((one, i) => one === wanted[i]))
    }),
  )
})

t.test('edits without a difference give the same array', async t => {
  const before = [server('a'), server('b')]
  const edits = new Map([
    ['a', before[0]],
    ['x', undefined],
  ])
  t.equal(withEdits(before, edits), before)
})

t.test('equal servers are those of before', async t => {
  const before = [server('a'), server('b'), server('c')]
  t.equal(withSame(before, [server('a'), server('b'), server('c')]), before)
  const after = withSame(before, [server('b', 2), server('c'), server('d')])
  t.strictSame(
    after.map(one => before.indexOf(one)),
    [-1, 2, -1],
  )
  t.equal(after[0]?.weight, 2)
})
