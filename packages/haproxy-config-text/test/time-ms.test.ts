import t from 'tap'
import { timeMs } from '../src/time-ms.js'

for (const [text, ms] of [
  ['500', 500],
  ['0', 0],
  ['2s', 2000],
  ['3m', 180_000],
  ['1h', 3_600_000],
  ['1d', 86_400_000],
  ['1us', 1],
  ['1001us', 2],
  ['-1', undefined],
  ['1.5s', undefined],
  ['1 s', undefined],
  ['', undefined],
] as const)
  t.test(`the time ${JSON.stringify(text)} is ${ms} ms`, async t => {
    t.equal(timeMs(text), ms)
  })
