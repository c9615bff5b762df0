import { createServer } from 'node:net'
import { loopbackAddress } from 'real-components'
import t from 'tap'
import { listeningPorts } from '../../src/processes/listening-ports.js'

t.test('what listens at an address is found, and nothing else', async t => {
  const address = loopbackAddress()
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, address, resolve))
  t.teardown(() => server.close())
  const bound = server.address()
  const port = typeof bound === 'object' && bound ? bound.port : 0
  t.same(await listeningPorts(address), [`${port}/tcp`])
})
