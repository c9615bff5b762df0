import { createServer } from 'node:net'
import { loopbackAddress } from 'real-components'
import t from 'tap'
import { requireFreePort } from '../../src/engine/free-port.js'

const need = { node: 's1', other: '127.0.43', hint: 'use Linux' }

t.test('a port in use is named with the command that finds its process', async t => {
  const address = loopbackAddress()
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, address, resolve))
  t.teardown(() => server.close())
  const bound = server.address()
  const port = typeof bound === 'object' && bound ? bound.port : 0
  await t.rejects(requireFreePort(address, port, need), {
    name: 'LabError',
    message: `${address}:${port} is in use, and node s1 needs it; find the process with: ss -ltnp 'sport = :${port}'; or give the lab another network with --subnet 127.0.43`,
  })
})

t.test('a free port is free again afterwards', async t => {
  const address = loopbackAddress()
  await requireFreePort(address, 3000, need)
  const server = createServer()
  t.teardown(() => server.close())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(3000, address, resolve)
  })
  t.match(server.address(), { address, port: 3000 })
})

t.test('an address that this machine does not have gives the hint', async t => {
  await t.rejects(requireFreePort('192.0.2.1', 3000, need), {
    message: /cannot be listened on \(EADDRNOTAVAIL\), and node s1 needs it; use Linux/,
  })
})
