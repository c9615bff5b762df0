import t from 'tap'
import { canaryWeights } from '../../src/pools/canary-weights.js'

t.test('canaries get their share together, whatever the weights', async t => {
  const shares: readonly (readonly [number, readonly [number, boolean][]])[] = [
    [
      5,
      [
        [100, false],
        [100, false],
        [100, true],
      ],
    ],
    [
      50,
      [
        [1, false],
        [256, true],
      ],
    ],
    [
      10,
      [
        ...Array.from({ length: 40 }, (): [number, boolean] => [100, false]),
        [50, true],
        [50, true],
      ],
    ],
    [1, [...Array.from({ length: 9 }, (): [number, boolean] => [10, false]), [10, true]]],
  ]
  for (const [percent, kinds] of shares) {
    const servers = kinds.map(([weight, isCanary]) => ({ weight, isCanary }))
    const weights = canaryWeights(servers, percent)
    const sum = (of: (i: number) => boolean) =>
      weights.reduce((all, w, i) => all + (of(i) ? w : 0), 0)
    const share = (100 * sum(i => servers[i]?.isCanary === true)) / sum(() => true)
    t.ok(Math.abs(share - percent) < percent * 0.1, `${share} of ${percent}`)
    t.ok(weights.every(weight => Number.isInteger(weight) && weight >= 1 && weight <= 256))
  }
  const drained = [
    { weight: 0, isCanary: false },
    { weight: 9, isCanary: false },
  ]
  t.strictSame(canaryWeights(drained, 5), [0, 9], 'without canaries nothing changes')
  t.strictSame(canaryWeights([...drained, { weight: 1, isCanary: true }], 50), [0, 256, 256])
})
