import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { freePort, loopbackAddress } from 'real-components'
import t from 'tap'
import type { Port } from '../../src/ports/new-ports.js'
import { tryBind } from '../../src/ports/try-bind.js'

const place = (host: string, port: number, protocol: Port['protocol'] = 'tcp'): Port => ({
  line: 1,
  protocol,
  host,
  port,
  isOnlyIPv6: false,
  isTransparent: false,
})

t.test('a free port is bound and released again', async t => {
  const host = loopbackAddress()
  const free = place(host, await freePort(host))
  t.equal(await tryBind(free), 'free')
  t.equal(await tryBind(free), 'free')
  t.equal(await tryBind({ ...free, protocol: 'udp' }), 'free')
  t.equal(await tryBind({ ...free, protocol: 'udp' }), 'free')
})

t.test('a port that listens is taken, and so is the same port of all addresses', async t => {
  const host = loopbackAddress()
  const server = createServer().listen(0, host)
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  t.equal(await tryBind(place(host, port)), 'taken')
  t.equal(await tryBind(place(host, port, 'udp')), 'free')
})

t.test('a port of datagrams is taken by another socket', async t => {
  const host = loopbackAddress()
  const socket = createSocket('udp4').bind(0, host)
  t.teardown(() => socket.close())
  await once(socket, 'listening')
  t.equal(await tryBind(place(host, socket.address().port, 'udp')), 'taken')
})

t.test('an address of no interface is absent', async t => {
  t.equal(await tryBind(place('192.0.2.1', 8080)), 'absent')
  t.equal(await tryBind(place('192.0.2.1', 8080, 'udp')), 'absent')
})
