import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { createSdk } from '../src/sdk.js'
import { fakeHaproxySocket } from './fake-haproxy-socket.js'

const unhandled: unknown[] = []
process.on('unhandledRejection', reason => unhandled.push(reason))

t.test('a HAProxy that is away is a HaproxyError, and no rejection is left alone', async t => {
  const sdk = createSdk({ socket: join(temporaryFolder(t), 'nothing.sock') })
  await turn()
  await t.rejects(sdk.info(), { name: 'HaproxyError', code: 'unreachable' })
  await t.rejects(sdk.servers(), { name: 'HaproxyError', code: 'unreachable' })
  await turn()
  t.strictSame(unhandled, [])
})

t.test('a HAProxy that hangs is a timeout, and no rejection is left alone', async t => {
  const haproxy = await fakeHaproxySocket(t, () => {})
  const sdk = createSdk({ socket: haproxy.path })
  await t.rejects(sdk.totalRequests(), { name: 'HaproxyError', code: 'timeout' })
  await turn()
  t.strictSame(unhandled, [])
})

t.test('making the object asks nothing', async t => {
  const haproxy = await fakeHaproxySocket(t, connection => connection.end('\n> Uptime: 1d\n\n> '))
  const sdk = createSdk({ socket: haproxy.path })
  t.strictSame(haproxy.requests, [])
  t.equal(await sdk.uptime(), '1d')
  t.strictSame(haproxy.requests, ['prompt\nshow info\nquit\n'])
})

t.test('a command that holds another one is refused, and HAProxy is not asked', async t => {
  const haproxy = await fakeHaproxySocket(t, connection => connection.end('\n'))
  // The library's object has more methods than its type here names: this one takes any text.
  const sdk = createSdk({ socket: haproxy.path }) as unknown as {
    command(text: string): Promise<unknown>
  }
  for (const text of ['show info;show env', 'show info\nshow env', 'show info\rshow env']) {
    await t.rejects(sdk.command(text), { name: 'HaproxyError', code: 'unsafe-argument' }, text)
  }
  t.strictSame(haproxy.requests, [])
})
