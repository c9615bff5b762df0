import t from 'tap'
import { spreading } from '../../src/convergence/measure-convergence.js'

t.test('each round has the times of its first, middle and last member', async t => {
  t.same(
    spreading([
      [1, 2, 3, 4],
      [5, 6, 7],
    ]),
    { first: [1, 5], half: [2, 6], all: [4, 7] },
  )
})
