import t from 'tap'
import { withoutSupersededState } from '../../src/supervisor/assignments.js'

t.test('the newest state and the newest value of each other name are kept', async t => {
  const older = { RELOADING: '1', STATUS: 'old', WATCHDOG: '1' }
  const newer = { READY: '1', STATUS: 'new' }
  t.strictSame(withoutSupersededState(older, newer), { WATCHDOG: '1', READY: '1', STATUS: 'new' })
})

t.test('a message without a state keeps the older state', async t => {
  t.strictSame(withoutSupersededState({ READY: '1' }, { WATCHDOG: '1' }), {
    READY: '1',
    WATCHDOG: '1',
  })
})
