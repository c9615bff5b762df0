import { connect } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder, until } from 'real-components'
import t from 'tap'
import { createLimiter } from '../../src/socket/limiter.js'
import { createExchange, type ExchangeOptions } from '../../src/socket/socket-exchange.js'
import { fakeHaproxySocket } from '../fake-haproxy-socket.js'

const exchange = (path: string, text: string, options?: ExchangeOptions) =>
  createExchange(path)(text, options)

t.test('the answer is everything until HAProxy closes', async t => {
  const haproxy = await fakeHaproxySocket(t, connection => connection.end('one\ntwo\n'))
  t.equal(await exchange(haproxy.path, 'show info\n'), 'one\ntwo\n')
  t.strictSame(haproxy.requests, ['show info\n'])
  await until('the connection to close', () => haproxy.open() === 0)
})

t.test('an answer in many pieces is put together, also inside a character', async t => {
  const answer = 'état du nœud €\n'.repeat(20)
  const haproxy = await fakeHaproxySocket(t, connection => {
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
  const haproxy = await fakeHaproxySocket(t, connection => connection.end(answer))
  t.equal((await exchange(haproxy.path, 'x\n')).length, answer.length)
})

t.test('a HAProxy that hangs is a timeout, and its socket is freed', async t => {
  const haproxy = await fakeHaproxySocket(t, () => {})
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
  const haproxy = await fakeHaproxySocket(t, connection => connection.write('half an answer'))
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
  const haproxy = await fakeHaproxySocket(t, (connection, request) => connection.end(request))
  const asked = Array.from({ length: 100 }, (_, i) => `${i}\n`)
  const answers = await Promise.all(asked.map(text => exchange(haproxy.path, text)))
  t.strictSame(answers, asked)
})

t.test('a queue that stays full is a timeout', async t => {
  const haproxy = await fakeHaproxySocket(t, () => {})
  // Nothing is accepted within this turn, so that the queue is full when the last one comes.
  const first = Array.from({ length: 20 }, () => exchange(haproxy.path, 'x\n', { timeoutMs: 1 }))
  const answers = await Promise.allSettled(first)
  t.ok(answers.every(answer => answer.status === 'rejected'))
  for (const answer of answers) t.match(answer, { reason: { code: 'timeout' } })
})

t.test('an abort ends the exchange with its own reason, and frees the socket', async t => {
  const haproxy = await fakeHaproxySocket(t, () => {})
  const controller = new AbortController()
  const answer = exchange(haproxy.path, 'x\n', { signal: controller.signal })
  const rejected = t.rejects(answer, { message: 'enough' })
  await until('the request', () => haproxy.requests.length === 1)
  controller.abort(new Error('enough'))
  await rejected
  await until('the connection to close', () => haproxy.open() === 0)
})

t.test('an abort that came before keeps HAProxy from being asked', async t => {
  const haproxy = await fakeHaproxySocket(t, connection => connection.end('done\n'))
  const signal = AbortSignal.abort(new Error('too late'))
  await t.rejects(exchange(haproxy.path, 'x\n', { signal }), { message: 'too late' })
  await new Promise(resolve => connect(haproxy.path).once('connect', resolve).end('y\n'))
  await until('the later request', () => haproxy.requests.length > 0)
  t.strictSame(haproxy.requests, ['y\n'])
})

t.test('an abort afterwards changes nothing', async t => {
  const haproxy = await fakeHaproxySocket(t, connection => connection.end('done\n'))
  const controller = new AbortController()
  t.equal(await exchange(haproxy.path, 'x\n', { signal: controller.signal }), 'done\n')
  controller.abort()
})

t.test('a few are under way at a time, and the others are answered in their order', async t => {
  let most = 0
  const haproxy = await fakeHaproxySocket(t, (connection, request) => {
    most = Math.max(most, haproxy.open())
    setImmediate(() => connection.end(request))
  })
  const send = createExchange(haproxy.path, { limiter: createLimiter(3, 100) })
  const asked = Array.from({ length: 40 }, (_, i) => `${i}\n`)
  t.strictSame(await Promise.all(asked.map(text => send(text))), asked)
  t.strictSame(haproxy.requests, asked)
  t.ok(most <= 4, `${most} connections: three, and one that is being closed`)
})

t.test('a full queue refuses, and the calls in it are answered', async t => {
  const haproxy = await fakeHaproxySocket(t, connection => connection.end('done\n'))
  const send = createExchange(haproxy.path, { limiter: createLimiter(1, 2) })
  const first = [send('1\n'), send('2\n'), send('3\n')]
  await t.rejects(send('4\n'), { name: 'HaproxyError', code: 'overloaded', message: /2 wait/ })
  t.strictSame(await Promise.all(first), ['done\n', 'done\n', 'done\n'])
  t.equal(await send('5\n'), 'done\n')
})

t.test('a call that gives up in the queue does not block the others', async t => {
  const waiting: (() => void)[] = []
  const haproxy = await fakeHaproxySocket(t, connection =>
    waiting.push(() => connection.end('done\n')),
  )
  const send = createExchange(haproxy.path, { limiter: createLimiter(1, 9) })
  const first = send('1\n')
  await t.rejects(send('2\n', { timeoutMs: 20 }), { code: 'timeout' })
  const third = send('3\n')
  await until('the first request', () => waiting.shift()).then(answer => answer())
  t.equal(await first, 'done\n')
  await until('the third request', () => waiting.shift()).then(answer => answer())
  t.equal(await third, 'done\n')
  t.strictSame(haproxy.requests, ['1\n', '3\n'])
})

t.test('a reply that is larger than the limit is refused, and the connection closed', async t => {
  const haproxy = await fakeHaproxySocket(t, connection => connection.write('x'.repeat(1001)))
  const exchange = createExchange(haproxy.path, { maxReplyBytes: 1000 })
  await t.rejects(exchange('show stat\n'), {
    code: 'reply-too-large',
    message: /exceeds 1000 bytes.*maxReplyBytes/,
  })
  await until('the connection to close', () => haproxy.open() === 0)
})

t.test('a reply as large as the limit is read', async t => {
  const haproxy = await fakeHaproxySocket(t, connection => connection.end('x'.repeat(1000)))
  const exchange = createExchange(haproxy.path, { maxReplyBytes: 1000 })
  t.equal((await exchange('show stat\n')).length, 1000)
})
