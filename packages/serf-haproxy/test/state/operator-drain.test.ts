import t from 'tap'
import { drainText } from '../../src/state/operator-drain.js'

t.test('a drain is described with its time, and its reason if it has one', async t => {
  const since = Date.UTC(2026, 0, 2)
  t.equal(drainText({ member: 's1', since }), 'drained since 2026-01-02T00:00:00.000Z')
  t.match(drainText({ member: 's1', since, reason: 'an upgrade' }), /000Z: an upgrade$/)
})
