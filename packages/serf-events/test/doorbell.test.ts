import t from 'tap'
import { Doorbell } from '../src/doorbell.js'

const quick = { quietMs: 0, maxWaitMs: 0 }

for (const [rings, cause] of [
  [['event', 'log'], 'log'],
  [['log', 'event'], 'log'],
  [['resync', 'log', 'resync'], 'log'],
  [['event', 'resync'], 'event'],
] as const) {
  t.test(`a burst of ${rings.join(', ')} was told by ${cause}, and each read anew`, async t => {
    const bell = new Doorbell(quick)
    for (const ring of rings) bell.ring(ring)
    t.equal((await bell.due()).cause, cause)
    bell.answered()
    bell.ring('resync')
    t.equal((await bell.due()).cause, 'resync')
  })
}
