import t from 'tap'
import { sameFacts } from '../src/same-facts.js'
import { member } from './fake-serf-agent.js'

t.test('address, port and tags are compared, name and status are not', async t => {
  const before = member('s1', { tags: { role: 'web', port: '80' } })
  t.ok(sameFacts(before, before))
  t.ok(sameFacts(before, { ...before, tags: { port: '80', role: 'web' }, status: 'left' }))
  t.notOk(sameFacts(before, { ...before, address: '10.0.0.9' }))
  t.notOk(sameFacts(before, { ...before, port: 1 }))
  t.notOk(sameFacts(before, { ...before, tags: { role: 'web' } }))
  t.notOk(sameFacts(before, { ...before, tags: { role: 'web', port: '81' } }))
  t.notOk(sameFacts(before, { ...before, tags: { role: 'web', ports: '80' } }))
})
