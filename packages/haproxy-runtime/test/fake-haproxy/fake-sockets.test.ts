import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'
import t from 'tap'
import { createFakeSockets } from '../../src/fake-haproxy/fake-sockets.js'
import { createExchange } from '../../src/socket/socket-exchange.js'

const greet = (connection: Socket) => connection.end('hello')

async function listening(t: Tidy) {
  const path = join(temporaryFolder(t), 'a.sock')
  const sockets = createFakeSockets()
  t.teardown(() => sockets.close())
  await sockets.listen(path, greet)
  return { path, sockets, exchange: createExchange(path) }
}

t.test('each connection is served', async t => {
  const { exchange } = await listening(t)
  t.strictSame(await Promise.all([exchange('x'), exchange('y')]), ['hello', 'hello'])
})

t.test('a pause holds connections back until resume', async t => {
  const { sockets, exchange } = await listening(t)
  sockets.pause()
  await t.rejects(exchange('x', { timeoutMs: 50 }), { code: 'timeout' })
  const answer = exchange('y', { timeoutMs: 10_000 })
  await t.rejects(exchange('z', { timeoutMs: 50 }), { code: 'timeout' })
  sockets.resume()
  t.equal(await answer, 'hello')
  t.equal(await exchange('later'), 'hello')
})

t.test('closing removes the files, and the paths can be used again', async t => {
  const { path, sockets, exchange } = await listening(t)
  await sockets.close()
  t.notOk(existsSync(path))
  await t.rejects(exchange('x'), { code: 'unreachable' })
  await sockets.listen(path, greet)
  t.equal(await exchange('x'), 'hello')
})
