import { once } from 'node:events'
import { createServer } from 'node:net'
import { loopbackAddress } from 'real-components'
import t from 'tap'
import { socketOwners } from '../../src/ports/socket-owners.js'
import { readSocketTable } from '../../src/ports/socket-table.js'

t.test('the process that has a socket is found', async t => {
  const host = loopbackAddress()
  const server = createServer().listen(0, host)
  t.teardown(() => server.close())
  await once(server, 'listening')
  const [socket] = (await readSocketTable('tcp')).filter(each => each.host === host)
  t.match(await socketOwners(socket?.inode ?? ''), [{ pid: process.pid, program: /^\S/ }])
  t.same(await socketOwners('0'), [])
})
