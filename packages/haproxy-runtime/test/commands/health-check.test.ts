import t from 'tap'
import { hasHealthCheck } from '../../src/commands/health-check.js'

t.test('the option check turns the health check on, at any place', async t => {
  for (const options of ['check', 'check inter 1s', 'weight 10 check', 'ssl\tcheck  verify none'])
    t.equal(hasHealthCheck(options), true, options)
})

t.test('an option whose name contains check does not', async t => {
  for (const options of [
    '',
    'agent-check',
    'agent-check agent-port 9',
    'check-ssl',
    'check-sni a.example',
    'inter 1s',
  ])
    t.equal(hasHealthCheck(options), false, options)
})

t.test('the last of check and no-check counts', async t => {
  t.equal(hasHealthCheck('check no-check'), false)
  t.equal(hasHealthCheck('no-check check'), true)
})
