import t from 'tap'
import { describeCheck } from '../../src/doctor/describe-check.js'

const running = { binary: '/opt/haproxy', args: ['-W', '-f', 'a.cfg'], cwd: '/etc/haproxy' }

t.test('a check like the running HAProxy is ok, and says what it is', async t => {
  t.match(describeCheck({}, running), [
    {
      check: 'check',
      level: 'ok',
      text: '`/opt/haproxy -W -f a.cfg` in /etc/haproxy, like the running',
    },
  ])
})

t.test('no HAProxy is no finding of this check', async t => {
  t.same(describeCheck({}, undefined), [])
})

t.test('what cannot be read is a warning with the settings as remedy', async t => {
  const problem = 'this user cannot read the environment of process 7'
  t.match(describeCheck({}, { problem }), [
    {
      level: 'warn',
      text: `\`haproxy -f the file alone\`, because ${problem}`,
      remedy: /haproxy\.binary.*haproxy\.check/,
    },
  ])
  const check = { args: ['-f', 'h.cfg'], cwd: '/etc' }
  t.match(describeCheck({ binary: 'haproxy', check }, { problem }), [
    { level: 'ok', text: '`haproxy -f h.cfg` in /etc, as `haproxy.check` says' },
  ])
})
