import { getEventListeners } from 'node:events'
import t from 'tap'
import { waitForReply, type PendingCall } from '../../src/connection/pending-call.js'
import { SerfError } from '../../src/serf-error.js'

/** Returns the number of timers that keep the process running. */
const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length

function failToDecode(): never {
  throw new RangeError('too long')
}

/** Starts a call; returns its promise and the call to complete. */
function start(
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
  decode: (body: unknown) => unknown = body => ({ decoded: body }),
): { reply: Promise<unknown>; call: PendingCall } {
  const calls: PendingCall[] = []
  const reply = waitForReply('members', decode, { timeoutMs: 60_000, ...options }, call =>
    calls.push(call),
  )
  const [call] = calls
  if (!call) throw new Error('the call was not sent at once')
  return { reply, call }
}

t.test('a reply resolves the call with its decoded body', async t => {
  const { reply, call } = start()
  t.equal(call.command, 'members')
  call.complete('', 7)
  t.same(await reply, { decoded: 7 })
})

t.test('a refusal rejects the call, with its decoded body as details', async t => {
  const withBody = start()
  withBody.call.complete('not allowed', 7)
  await t.rejects(withBody.reply, {
    code: 'refused',
    command: 'members',
    message: /not allowed/,
    details: { decoded: 7 },
  })
  const withoutBody = start()
  withoutBody.call.complete('not allowed', undefined)
  await t.rejects(withoutBody.reply, { code: 'refused', details: undefined })
})

t.test('a body that cannot be decoded is a protocol error', async t => {
  for (const reason of ['', 'not allowed']) {
    const { reply, call } = start({}, failToDecode)
    call.complete(reason, 7)
    await t.rejects(reply, { code: 'protocol', message: /too long/ })
  }
})

t.test('without a reply the call times out', async t => {
  const { reply } = start({ timeoutMs: 5 })
  await t.rejects(reply, {
    code: 'timeout',
    command: 'members',
    message: 'The Serf agent did not answer members within 5 ms',
  })
})

t.test('the signal rejects the call with its reason', async t => {
  const abort = new AbortController()
  const { reply, call } = start({ signal: abort.signal })
  const reason = new Error('not needed')
  abort.abort(reason)
  await t.rejects(reply, reason)
  call.complete('', 7)
  call.fail(new SerfError('closed', 'late'))
})

t.test('a finished call leaves neither a timer nor a listener', async t => {
  const before = timers()
  const { signal } = new AbortController()
  const completed = start({ signal })
  const failed = start({ signal })
  t.equal(timers(), before + 2)
  completed.call.complete('', 7)
  failed.call.fail(new SerfError('closed', 'gone'))
  await completed.reply
  await t.rejects(failed.reply, { code: 'closed' })
  t.equal(timers(), before)
  t.equal(getEventListeners(signal, 'abort').length, 0)
})
