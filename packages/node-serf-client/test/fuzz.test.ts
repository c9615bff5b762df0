import t from 'tap'
import { bytesInUse } from 'real-components'
import { runHostile } from './hostile-run.js'

t.test('broken bytes end in a SerfError, without a hang or a memory leak', async t => {
  const seed = Date.now() % 2 ** 31
  t.comment(`seed ${seed}`)
  const first = await runHostile(seed, 3000)
  const before = bytesInUse()
  const { bugs, read, refused } = await runHostile(seed + 1, 9000)
  t.same([...first.bugs, ...bugs], [])
  t.equal(read + refused, 9000)
  t.ok(read > 200 && refused > 1000, `${read} were read, ${refused} refused`)
  const grown = bytesInUse() - before
  t.ok(grown < 8 * 2 ** 20, `memory grew by ${grown} bytes`)
})
