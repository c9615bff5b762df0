import { join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'
import t from 'tap'
import { createFakeSockets } from '../../src/fake-haproxy/fake-sockets.js'
import { masterCli, serveCli, statsCli } from '../../src/fake-haproxy/cli.js'
import { createExchange } from '../../src/socket/socket-exchange.js'

/** Serves a socket whose commands are answered with their own text. */
async function echoSocket(
  t: Tidy,
  answer = (command: string): string | undefined => command,
  cli = statsCli,
) {
  const path = join(temporaryFolder(t), 'stats.sock')
  const sockets = createFakeSockets()
  t.teardown(() => sockets.close())
  await sockets.listen(path, connection => serveCli(connection, cli, answer))
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

t.test('the master’s socket has its own prompt, and stays open until quit or a reload', async t => {
  const exchange = await echoSocket(t, undefined, masterCli)
  t.equal(await exchange('prompt\nshow a\nquit\n'), 'master> show a\nmaster> master> ')
  t.equal(await exchange('show a\nshow b\nquit\n'), 'show a\nshow b\n')
  t.equal(await exchange('reload\n'), 'reload\n')
  await t.rejects(exchange('show a\n', { timeoutMs: 50 }), { code: 'timeout' })
})
