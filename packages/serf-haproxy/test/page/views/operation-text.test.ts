import t from 'tap'
import { operationText } from '../../../src/page/views/operation-text.js'

t.test('a step is named with its server, and the address that it gets', async t => {
  const server = { name: 's1', address: '10.0.0.1', port: 80, weight: 100, options: '' }
  t.equal(
    operationText({ kind: 'add', pool: 'web', server }),
    'add web/s1 at 10.0.0.1:80, weight 100',
  )
  t.equal(
    operationText({ kind: 'drain', pool: 'web', name: 's1', agentChecked: false }),
    'drain web/s1',
  )
  t.equal(operationText({ kind: 'set-map', path: '/etc/hosts.map' }), 'set-map /etc/hosts.map')
})

t.test('a planned step has the name of its server alone', async t => {
  t.equal(operationText({ kind: 'remove', pool: 'web', server: 's1' }), 'remove web/s1')
  const place = { address: '::1', port: 80, weight: 1 }
  t.equal(
    operationText({ kind: 'add', pool: 'web', server: 's1', ...place }),
    'add web/s1 at ::1:80, weight 1',
  )
})
