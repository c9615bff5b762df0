import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { until } from 'real-components'
import t, { type Test } from 'tap'
import { watchHealth } from '../src/watch-health.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Starts an application that answers with the status that a test sets; 0: no answer. */
async function application(t: Test): Promise<{ url: string; set(status: number): void }> {
  let status = 503
  const server: Server = createServer((_, response) => {
    // A frozen application: it accepts the connection and does not answer.
    if (status !== 0) response.writeHead(status).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/health`, set: next => (status = next) }
}

for (const [what, status, hangMs, verdict] of [
  ['answers with an error', 500, 100, { kind: 'failed', reason: /answered 500/ }],
  ['does not answer', 0, 100, { kind: 'hangs', reason: /did not answer within 500 ms/ }],
  [
    'does not answer, without a limit for that,',
    0,
    0,
    { kind: 'failed', reason: /did not answer/ },
  ],
] as const) {
  t.test(`the watch ends when an application ${what} for too long`, async t => {
    const { url, set } = await application(t)
    const ended = new AbortController()
    t.teardown(() => ended.abort())
    let isReady = false
    const watched = watchHealth({
      url,
      graceMs: 1500,
      hangMs,
      intervalMs: 20,
      timeoutMs: 500,
      signal: ended.signal,
      onReady: () => (isReady = true),
    })
    t.notOk(isReady, 'an application that starts has not failed')
    set(200)
    await until('the check to succeed', () => isReady)
    set(status)
    let isOver = false
    const over = watched.finally(() => (isOver = true))
    // Garbage collection must not remove the timer or the request of a check.
    await until('the watch to end', () => {
      collectGarbage()
      return isOver
    })
    t.match(await over, verdict)
  })
}

t.test('a short failure does not end the watch', async t => {
  const { url, set } = await application(t)
  set(200)
  const ended = new AbortController()
  let isReady = false
  const watched = watchHealth({
    url,
    graceMs: 60_000,
    hangMs: 60_000,
    intervalMs: 1,
    signal: ended.signal,
    onReady: () => {
      isReady = true
      set(500)
    },
  })
  await until('the check to succeed', () => isReady)
  ended.abort()
  t.equal(await watched, undefined)
})

t.test('an application that never answered counts as failed, not as hung', async t => {
  const { url, set } = await application(t)
  set(0)
  const { signal } = new AbortController()
  const limits = { graceMs: 200, hangMs: 1, intervalMs: 1, timeoutMs: 100, signal }
  t.match(await watchHealth({ url, ...limits, onReady: () => t.fail('it is not ready') }), {
    kind: 'failed',
  })
})
