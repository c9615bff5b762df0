import t from 'tap'
import { poolSchema, poolTarget } from '../../src/configuration/pool-schema.js'

const problems = (pool: object) =>
  poolSchema.safeParse(pool).error?.issues.map(({ path, message }) => [path.join('.'), message])

t.test('a fixed size is both bounds, unless they are given', async t => {
  t.match(poolTarget({ name: 'web', size: 3 }), { minimum: 3, maximum: 3, size: 3 })
  t.match(poolTarget({ name: 'web', size: 3, maximum: 5 }), { minimum: 3, maximum: 5, size: 3 })
})

t.test('a pool has a size or a load, and a load has bounds', async t => {
  const load = { sessionsPerServer: 5 }
  t.strictSame(problems({ name: 'web' }), [['size', 'expected either size or load']])
  t.strictSame(problems({ name: 'web', size: 1, load, minimum: 1, maximum: 2 }), [
    ['size', 'expected either size or load'],
  ])
  t.match(problems({ name: 'web', load, minimum: 1 }), [['maximum', /^expected minimum and/]])
  t.match(problems({ name: 'web', load: {}, minimum: 1, maximum: 2 }), [['load', /^expected sess/]])
})

t.test('bounds that contradict each other or the size are refused', async t => {
  t.match(problems({ name: 'web', size: 2, minimum: 3, maximum: 1 }), [
    ['minimum', 'expected at most the maximum of 1, found 3'],
  ])
  t.match(problems({ name: 'web', size: 9, minimum: 1, maximum: 4 }), [
    ['size', 'expected 1 to 4, found 9'],
  ])
})

t.test('unknown fields and invalid expressions are refused', async t => {
  t.match(problems({ name: 'web', size: 1, mininum: 2 }), [['', /mininum/]])
  t.match(problems({ name: 'web', size: 1, members: '(' }), [['members', /regular expression/]])
  t.match(problems({ name: '--web', size: 1 }), [['name', /name of a pool/]])
})
