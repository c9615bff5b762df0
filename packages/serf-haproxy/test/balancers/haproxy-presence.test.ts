import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder, until } from 'real-components'
import t from 'tap'
import { watchPresence } from '../../src/balancers/haproxy-presence.js'

t.test('a process that listens, ends and listens again is followed', async t => {
  const path = join(temporaryFolder(t), 'x.sock')
  const seen: boolean[] = []
  const stop = new AbortController()
  const watch = watchPresence(path, isPresent => seen.push(isPresent), stop.signal)
  await until('its absence', () => seen.length === 1)
  for (let i = 1; i <= 2; i++) {
    const server = createServer().listen(path)
    const [socket] = (await once(server, 'connection')) as [{ destroy(): void }]
    await until('its presence', () => seen.length === i * 2)
    server.close()
    socket.destroy()
    await until('its absence', () => seen.length === i * 2 + 1)
  }
  t.same(seen, [false, true, false, true, false])
  stop.abort()
  await watch
})

t.test('a process that stays is connected to once a second, and never twice', async t => {
  const path = join(temporaryFolder(t), 'x.sock')
  const seen: boolean[] = []
  const stop = new AbortController()
  let open = 0
  let connections = 0
  const server = createServer(socket => {
    connections++
    t.ok(++open <= 2, 'the former connection is about to end')
    socket.once('close', () => open--).resume()
  }).listen(path)
  t.teardown(() => server.close())
  await once(server, 'listening')
  const startedAt = performance.now()
  const watch = watchPresence(path, isPresent => seen.push(isPresent), stop.signal)
  await until('the third connection', () => connections === 3)
  t.ok(performance.now() - startedAt > 1900)
  t.same(seen, [true])
  stop.abort()
  await watch
})
