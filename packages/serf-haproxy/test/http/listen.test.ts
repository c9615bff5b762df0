import { once } from 'node:events'
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort, temporaryFolder } from 'real-components'
import t from 'tap'
import { closeServer, listenOnAddress, listenOnSocket } from '../../src/http/listen.js'

const address = '127.0.0.1'

t.test('a server listens on the address that is given', async t => {
  const server = createServer((_, response) => response.end('here'))
  t.teardown(() => closeServer(server))
  const port = await freePort(address)
  await listenOnAddress(server, { address, port })
  t.equal(await (await fetch(`http://${address}:${port}/`)).text(), 'here')
})

t.test('an address in use is a configuration error with its remedy', async t => {
  const other = createServer().listen(0, address)
  await once(other, 'listening')
  t.teardown(() => closeServer(other))
  const { port } = other.address() as AddressInfo
  const server = createServer()
  await t.rejects(listenOnAddress(server, { address, port }), {
    code: 'configuration',
    message: `cannot listen on ${address}:${port}: listen EADDRINUSE: address already in use ${address}:${port}; stop what listens there, or change \`listen\``,
    cause: { code: 'EADDRINUSE' },
  })
  const free = await freePort(address)
  await listenOnAddress(server, { address, port: free })
  await closeServer(server)
  t.equal(server.listenerCount('error'), 0, 'no listener is left')
})

t.test('a socket can be opened by its owner only, and the umask stays', async t => {
  const path = join(temporaryFolder(t), 'new', 'control.sock')
  const umask = process.umask()
  const server = createServer()
  t.teardown(() => closeServer(server))
  await listenOnSocket(server, path)
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(statSync(join(path, '..')).mode & 0o777, 0o700)
  t.equal(process.umask(), umask)
})

t.test('a file that no process listens on is replaced', async t => {
  const path = join(temporaryFolder(t), 'control.sock')
  writeFileSync(path, '')
  const server = createServer()
  await listenOnSocket(server, path)
  t.ok(statSync(path).isSocket())
  await closeServer(server)
})

t.test('the socket of a running agent is not replaced', async t => {
  const path = join(temporaryFolder(t), 'control.sock')
  const first = createServer()
  t.teardown(() => closeServer(first))
  await listenOnSocket(first, path)
  await t.rejects(listenOnSocket(createServer(), path), {
    code: 'configuration',
    message: `another agent listens on ${path}; stop it, or set another \`stateFolder\``,
  })
  t.ok(existsSync(path))
})

t.test('a socket in a folder that others may write is refused, and nothing is changed', async t => {
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o777)
  writeFileSync(join(folder, 'control.sock'), '')
  await t.rejects(listenOnSocket(createServer(), join(folder, 'control.sock')), {
    code: 'configuration',
    message: /other users may write .*chmod 700/,
  })
  t.ok(statSync(join(folder, 'control.sock')).isFile())
})

t.test('a folder that cannot be created is a configuration error', async t => {
  const path = join(t.testdir({ file: '' }), 'file', 'control.sock')
  await t.rejects(listenOnSocket(createServer(), path), {
    code: 'configuration',
    message: /^cannot create .*control\.sock: (?:ENOTDIR|EEXIST)/,
  })
})

t.test('closing ends open connections, and a second close is harmless', async t => {
  const server = createServer()
  await listenOnAddress(server, { address, port: 0 })
  const { port } = server.address() as AddressInfo
  const client = connect(port, address).on('error', () => {})
  await once(server, 'connection')
  const closed = once(client, 'close')
  await closeServer(server)
  await closed
  await closeServer(server)
  t.equal(server.listening, false)
})
