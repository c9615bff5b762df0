import * as fc from 'fast-check'
import { bytesInUse } from 'real-components'
import t from 'tap'
import { properties } from './fuzz.js'
import { runReplies } from './hostile-replies-run.js'

for (const [name, property] of Object.entries(properties)) {
  t.test(name, async t => {
    const seed = Date.now() % 2 ** 31
    t.comment(`seed ${seed}`)
    await fc.assert(property, { seed, numRuns: 1000 })
  })
}

t.test(
  'broken replies of real releases are read or refused, and leave no memory in use',
  async t => {
    const seed = Date.now() % 2 ** 31
    t.comment(`seed ${seed}`)
    await runReplies(seed, 3000)
    const before = bytesInUse()
    const { read, refused } = await runReplies(seed + 1, 9000)
    t.equal(read + refused, 9000)
    t.ok(read > 500 && refused > 500, `${read} were read, ${refused} refused`)
    const grown = bytesInUse() - before
    t.ok(grown < 8 * 2 ** 20, `memory grew by ${grown} bytes`)
  },
)
