import { connect } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder, until } from 'real-components'
import t from 'tap'
import { exchange } from '../src/socket-exchange.js'
import { scriptedSocket } from './scripted-socket.js'

t.test('the answer is everything until HAProxy closes', async t => {
  const haproxy = await scriptedSocket(t, connection => connection.end('one\ntwo\n'))
  t.equal(await exchange(haproxy.path, 'show info\n'), 'one\ntwo\n')
  t.strictSame(haproxy.requests, ['show info\n'])
  await until('the connection to close', () => haproxy.open() === 0)
})

t.test('an answer in many pieces is put together, also inside a character', async t => {
  const answer = 'état du nœud €\n'.repeat(20)
  const haproxy = await scriptedSocket(t, connection => {
    const bytes = [...Buffer.from(answer)]
    connection.setNoDelay(true)
    const send = () => {
      const byte = bytes.shift()
      if (byte === undefined) connection.end()
      else connection.write(Buffer.of(byte), () => setImmediate(send))
    }
    send()
  })
  t.equal(await exchange(haproxy.path, 'x\n'), answer)
})

t.test('an answer of a megabyte arrives whole', async t => {
  const answer = 'x'.repeat(1 << 20)
  const haproxy = await scriptedSocket(t, connection => connection.end(answer))
  t.equal((await exchange(haproxy.path, 'x\n')).length, answer.length)
})

t.test('a HAProxy that hangs is given up on within the time, and its socket is freed', async t => {
  const haproxy = await scriptedSocket(t, () => {})
  const startedAt = performance.now()
  await t.rejects(exchange(haproxy.path, 'x\n', { timeoutMs: 50 }), {
    name: 'HaproxyError',
    code: 'timeout',
    message: /within 50 ms/,
  })
  t.ok(performance.now() - startedAt < 2000)
  await until('the connection to close', () => haproxy.open() === 0)
})

t.test('a HAProxy that begins an answer and does not end it is a timeout too', async t => {
  const haproxy = await scriptedSocket(t, connection => connection.write('half an answer'))
  await t.rejects(exchange(haproxy.path, 'x\n', { timeoutMs: 50 }), { code: 'timeout' })
})

t.test('a HAProxy that is not there is unreachable, and the cause is kept', async t => {
  const nowhere = join(temporaryFolder(t), 'nothing.sock')
  await t.rejects(exchange(nowhere, 'x\n'), {
    name: 'HaproxyError',
    code: 'unreachable',
    message: new RegExp(nowhere),
    cause: { code: 'ENOENT' },
  })
})

t.test('more exchanges at once than the queue of the socket holds are all answered', async t => {
  const haproxy = await scriptedSocket(t, (connection, request) => connection.end(request))
  const asked = Array.from({ length: 100 }, (_, i) => `${i}\n`)
  const answers = await Promise.all(asked.map(text => exchange(haproxy.path, text)))
  t.strictSame(answers, asked)
})

t.test('a queue that stays full is a timeout', async t => {
  const haproxy = await scriptedSocket(t, () => {})
  // Nothing is accepted within this turn, so that the queue is full when the last one comes.
  const first = Array.from({ length: 20 }, () => exchange(haproxy.path, 'x\n', { timeoutMs: 1 }))
  const answers = await Promise.allSettled(first)
  t.ok(answers.every(answer => answer.status === 'rejected'))
  for (const answer of answers) t.match(answer, { reason: { code: 'timeout' } })
})

t.test('an abort ends the exchange with its own reason, and frees the socket', async t => {
  const haproxy = await scriptedSocket(t, () => {})
  const controller = new AbortController()
  const answer = exchange(haproxy.path, 'x\n', { signal: controller.signal })
  const rejected = t.rejects(answer, { message: 'enough' })
  await until('the request', () => haproxy.requests.length === 1)
  controller.abort(new Error('enough'))
  await rejected
  await until('the connection to close', () => haproxy.open() === 0)
})

t.test('an abort that came before keeps HAProxy from being asked', async t => {
  const haproxy = await scriptedSocket(t, connection => connection.end('done\n'))
  const signal = AbortSignal.abort(new Error('too late'))
  await t.rejects(exchange(haproxy.path, 'x\n', { signal }), { message: 'too late' })
  await new Promise(resolve => connect(haproxy.path).once('connect', resolve).end('y\n'))
  await until('the later request', () => haproxy.requests.length > 0)
  t.strictSame(haproxy.requests, ['y\n'])
})

t.test('an abort afterwards changes nothing', async t => {
  const haproxy = await scriptedSocket(t, connection => connection.end('done\n'))
  const controller = new AbortController()
  t.equal(await exchange(haproxy.path, 'x\n', { signal: controller.signal }), 'done\n')
  controller.abort()
})
