import * as fc from 'fast-check'
import t from 'tap'
import { poolsByMember } from '../../src/decision/pools-by-member.js'

const pool = (name: string, ...servers: string[]) => ({
  name,
  servers: servers.map(server => ({ name: server })),
})

t.test('each member has its pools in their order', async t => {
  const pools = poolsByMember([pool('web', 's1', 's2'), pool('empty'), pool('api', 's2', 's3')])
  t.same(
    [...pools],
    [
      ['s1', ['web']],
      ['s2', ['web', 'api']],
      ['s3', ['api']],
    ],
  )
})

t.test('no pools have no members, and a member in no pool is absent', async t => {
  t.equal(poolsByMember([]).size, 0)
  t.equal(poolsByMember([pool('web', 's1')]).get('s9'), undefined)
})

t.test('names that are properties of objects are names like any other', async t => {
  const pools = poolsByMember([pool('web', '__proto__', 'constructor')])
  t.same([...pools.keys()], ['__proto__', 'constructor'])
  t.equal(pools.get('toString'), undefined)
})

t.test('the inverse has a pool of a member exactly if the pool has the member', async t => {
  const name = fc.constantFrom('s1', 's2', 's3', '__proto__')
  const pools = fc.uniqueArray(fc.tuple(fc.string(), fc.uniqueArray(name)), {
    selector: ([poolName]) => poolName,
  })
  fc.assert(
    fc.property(pools, list => {
      const inverse = poolsByMember(list.map(([poolName, servers]) => pool(poolName, ...servers)))
      const pairs = [...inverse].flatMap(([server, names]) =>
        names.map(each => `${each} ${server}`),
      )
      const expected = list.flatMap(([each, servers]) => servers.map(server => `${each} ${server}`))
      return JSON.stringify(pairs.toSorted()) === JSON.stringify(expected.toSorted())
    }),
  )
  t.pass('any pools')
})
