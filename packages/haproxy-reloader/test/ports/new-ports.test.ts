import t from 'tap'
import { newPorts } from '../../src/ports/new-ports.js'
import { textListeners } from '../../src/ports/text-listeners.js'

const bound = (...addresses: readonly string[]) =>
  textListeners(
    `frontend web\n${addresses.map(address => `  bind ${address}\n`).join('')}`,
    { values: {}, isWhole: true },
    'certain',
  )
const shown = (ports: ReturnType<typeof newPorts>) =>
  ports.map(({ protocol, host, port }) => `${protocol} ${host} ${port}`)

t.test('ports that a running text has are not new', async t => {
  const running = bound('127.0.0.1:80-82', ':443', 'quic4@:8443 ssl crt a')
  const desired = bound('127.0.0.1:81-83', '127.0.0.1:443', ':8443', ':443')
  t.same(shown(newPorts(desired, running)), [
    'tcp 127.0.0.1 83',
    'tcp 127.0.0.1 443',
    'tcp 0.0.0.0 8443',
  ])
})

t.test('ports in another network are left out, and so are those behind a thousand', async t => {
  t.same(newPorts(bound(':80 interface lo', ':81 namespace blue'), []), [])
  t.equal(newPorts(bound(':1-65535'), []).length, 1000)
})
