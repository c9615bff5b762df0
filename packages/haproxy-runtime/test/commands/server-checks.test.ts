import t from 'tap'
import { hasAgentCheck, hasHealthCheck, startsDisabled } from '../../src/commands/server-checks.js'

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

t.test('the option agent-check turns the agent check on, at any place', async t => {
  for (const options of ['agent-check', 'agent-check agent-port 9', 'weight 5 agent-check check'])
    t.equal(hasAgentCheck(options), true, options)
})

t.test('an option or a value that contains agent-check does not', async t => {
  for (const options of ['', 'check', 'agent-port 9', 'check-sni agent-check', 'no-agent-check'])
    t.equal(hasAgentCheck(options), false, options)
  t.equal(hasAgentCheck('agent-check no-agent-check'), false)
})

t.test('a server starts in maintenance if the last switch says so', async t => {
  t.equal(startsDisabled('check disabled'), true)
  t.equal(startsDisabled('disabled enabled'), false)
  t.equal(startsDisabled('cookie disabled'), false)
})
