import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import { isSamePools, poolChanges, withPoolChanges } from '../../src/generations/pool-change.js'
import { server } from '../fake-haproxy-setup.js'

/** Pools with these servers each, every server an object of its own. */
const poolsOf = (...all: readonly (readonly number[])[]) =>
  all.map((ids, i) => ({ name: `p${i}`, servers: ids.map(id => server(`s${id}`)) }))

t.test('the changes lead from the pools to the others', async () => {
  const ids = fc.uniqueArray(fc.nat(9))
  fc.assert(
    fc.property(ids, ids, ids, ids, (a, b, c, d) => {
      const [before, after] = [poolsOf(a, b), poolsOf(c, d)]
      const data = JSON.parse(JSON.stringify(poolChanges(before, after))) as never
      assert.deepStrictEqual(withPoolChanges(before, data), after)
    }),
  )
})

t.test('the servers of a pool that did not change are not looked into', async t => {
  let reads = 0
  const watched = new Proxy(server('s'), {
    get: (target, key) => (reads++, Reflect.get(target, key) as unknown),
  })
  const servers = Array.from({ length: 1000 }, () => watched)
  const before = [{ name: 'nodes', servers }]
  const after = [{ name: 'nodes', servers: [...servers, server('new')] }]
  t.match(poolChanges(before, after), [
    { pool: 0, splices: [{ at: 1000, removed: 0, added: [{ name: 'new' }] }] },
  ])
  t.equal(reads, 0)
})

t.test('pools that come, go or have other properties are no change of servers', async t => {
  t.equal(poolChanges(poolsOf([1]), poolsOf([1], [2])), undefined)
  t.equal(poolChanges([{ name: 'a', servers: [] }], [{ name: 'b', servers: [] }]), undefined)
  t.throws(() => withPoolChanges([], [{ pool: 0, splices: [] }]), RangeError)
})

t.test('equal pools are the same, whatever their objects', async t => {
  t.ok(isSamePools(poolsOf([1, 2]), poolsOf([1, 2])))
  t.notOk(isSamePools(poolsOf([1, 2]), poolsOf([2, 1])))
})
