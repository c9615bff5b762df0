import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { loopbackAddress } from 'real-components'
import t from 'tap'
import { probeSchema } from '../../src/configuration/probe-schema.js'
import { probeHaproxy } from '../../src/probe/probe-haproxy.js'

const { signal } = new AbortController()

t.test('an error of the connection is a problem, with the URL', async t => {
  for (const scheme of ['http', 'tcp']) {
    const url = `${scheme}://${loopbackAddress()}:9`
    const problem = await probeHaproxy(probeSchema.parse({ url }), { when: 'now', signal })
    t.match(problem, new RegExp(`^${url}: .*ECONNREFUSED`))
  }
})

t.test('a server that never answers is a problem when the time is over', async t => {
  const server = createServer(socket => socket.on('error', () => {}).resume())
  server.listen(0, loopbackAddress())
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { address, port } = server.address() as AddressInfo
  const url = `http://${address}:${port}/`
  const stop = new AbortController()
  server.once('connection', () => stop.abort())
  const attempt = { when: 'now', signal: stop.signal } as const
  t.equal(await probeHaproxy(probeSchema.parse({ url }), attempt), `${url}: no answer in time`)
})
