import * as fc from 'fast-check'
import t from 'tap'
import { properties } from './fuzz.js'

for (const [name, property] of Object.entries(properties)) {
  t.test(name, async t => {
    const seed = Date.now() % 2 ** 31
    t.comment(`seed ${seed}`)
    await fc.assert(property, { seed, numRuns: 1000 })
  })
}
