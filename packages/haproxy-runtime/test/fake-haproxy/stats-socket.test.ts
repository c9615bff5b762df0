import { join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'
import t from 'tap'
import { createFakeSockets } from '../../src/fake-haproxy/fake-sockets.js'
import { profiles } from '../../src/fake-haproxy/profile.js'
import { replyTo, serveStats } from '../../src/fake-haproxy/stats-socket.js'
import { startWorker } from '../../src/fake-haproxy/worker.js'
import { createExchange } from '../../src/socket/socket-exchange.js'

/** Serves a socket whose commands are answered with their own text. */
async function echoSocket(t: Tidy, answer = (command: string): string | undefined => command) {
  const path = join(temporaryFolder(t), 'stats.sock')
  const sockets = createFakeSockets()
  t.teardown(() => sockets.close())
  await sockets.listen(path, connection => serveStats(connection, answer))
  return createExchange(path)
}

t.test('one line is answered, command by command, and the connection closed', async t => {
  const exchange = await echoSocket(t)
  t.equal(await exchange('show a; show b\nshow c\n'), 'show a\nshow b\n')
})

t.test('an escaped semicolon does not separate commands', async t => {
  const exchange = await echoSocket(t)
  t.equal(await exchange('add map m k a\\;b\n'), 'add map m k a\\;b\n')
})

t.test('in prompt mode every line is answered until quit', async t => {
  const exchange = await echoSocket(t)
  t.equal(await exchange('prompt\nshow a\nshow b\nquit\nshow c\n'), '\n> show a\n> show b\n> ')
})

t.test('an answer that is withheld stops the conversation', async t => {
  const exchange = await echoSocket(t, () => undefined)
  await t.rejects(exchange('show a\n', { timeoutMs: 50 }), { code: 'timeout' })
})

t.test('a command that no table has is unknown', async t => {
  const worker = startWorker(1, '')
  t.match(replyTo('frobnicate', worker, profiles['2.6']), /^Unknown command, but maybe/)
})
