import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { loopbackAddress } from 'real-components'
import t, { type Test } from 'tap'
import { probeTcp } from '../../src/probe/probe-tcp.js'

const { signal } = new AbortController()

async function listening(t: Test, onSocket: (socket: Socket) => void) {
  const server = createServer(socket => onSocket(socket.on('error', () => {})))
  const host = loopbackAddress()
  server.listen(0, host)
  t.teardown(() => server.close())
  await once(server, 'listening')
  return new URL(`tcp://${host}:${(server.address() as AddressInfo).port}`)
}

t.test('a connection that stays open, or sends something, passes', async t => {
  t.equal(await probeTcp(await listening(t, socket => socket.resume()), signal), undefined)
  t.equal(await probeTcp(await listening(t, socket => socket.end('220 mail')), signal), undefined)
})

t.test('a connection that is closed at once, or refused, does not pass', async t => {
  const closing = await listening(t, socket => socket.resume().end())
  t.match(await probeTcp(closing, signal), /closed at once$/)
  const refusing = new URL(`tcp://${loopbackAddress()}:9`)
  await t.rejects(probeTcp(refusing, signal), { code: 'ECONNREFUSED' })
})
