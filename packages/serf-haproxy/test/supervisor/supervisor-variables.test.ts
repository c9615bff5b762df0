import t from 'tap'
import { takeSystemdVariables } from '../../src/supervisor/supervisor-variables.js'

t.test('the variables are taken out of the environment', async t => {
  const environment = {
    NOTIFY_SOCKET: '/run/systemd/notify',
    WATCHDOG_USEC: '30000000',
    WATCHDOG_PID: '42',
    PATH: '/bin',
  }
  t.strictSame(takeSystemdVariables(environment, 42), {
    socket: '/run/systemd/notify',
    watchdogMs: 30_000,
  })
  t.strictSame(environment, { PATH: '/bin' })
})

t.test('without a socket there is no supervisor, and no watchdog', async t => {
  const environment = { WATCHDOG_USEC: '1000' }
  t.equal(takeSystemdVariables(environment, 1), undefined)
  t.strictSame(environment, {})
  t.equal(takeSystemdVariables({ NOTIFY_SOCKET: '' }, 1), undefined)
})

for (const [what, more] of Object.entries({
  'of another process': { WATCHDOG_USEC: '1000', WATCHDOG_PID: '41' },
  'of 0': { WATCHDOG_USEC: '0' },
  'that is no number': { WATCHDOG_USEC: 'soon' },
})) {
  t.test(`a watchdog ${what} is none`, async t => {
    t.strictSame(takeSystemdVariables({ NOTIFY_SOCKET: '@name', ...more }, 42), {
      socket: '@name',
      watchdogMs: undefined,
    })
  })
}
