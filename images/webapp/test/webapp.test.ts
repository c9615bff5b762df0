import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createWebapp } from '../src/webapp.js'

async function start(t: Test): Promise<string> {
  const server = createWebapp({ ip: '127.0.0.1', host: 's1', tag: 'blue' })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('GET / names the node that answered, in the body and in a header', async t => {
  const response = await fetch(await start(t))
  t.equal(response.headers.get('x-backend-ip'), '127.0.0.1')
  t.match(await response.json(), {
    hello: 'world!',
    ip: '127.0.0.1',
    host: 's1',
    tag: 'blue',
    sessionViews: 1,
    id: /^[0-9a-f-]{36}$/,
  })
})

t.test('a session continues with its cookie, and an invented cookie starts a new one', async t => {
  const url = await start(t)
  const first = await fetch(url)
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
  t.match(cookie, /^NODESESSID=/)
  const second = await (await fetch(url, { headers: { cookie } })).json()
  t.match(second, { sessionViews: 2 })
  const invented = await (await fetch(url, { headers: { cookie: 'NODESESSID=mine' } })).json()
  t.match(invented, { sessionViews: 1 })
  t.notMatch(invented, { id: 'mine' })
})

t.test('GET /health starts no session and reports the time of the start', async t => {
  const url = await start(t)
  const response = await fetch(`${url}/health`)
  t.equal(response.headers.get('set-cookie'), null)
  const health = (await response.json()) as { listeningSince: number }
  t.match(health, { status: 'ok', sessions: 0, listeningSince: Number })
  t.ok(Math.abs(Date.now() - health.listeningSince) < 60_000)
})

t.test('HEAD is answered without a body', async t => {
  const response = await fetch(await start(t), { method: 'HEAD' })
  t.equal(response.status, 200)
  t.equal(await response.text(), '')
})

t.test('POST /delay delays every later GET and HEAD', async t => {
  const url = await start(t)
  const set = await fetch(`${url}/delay`, { method: 'POST', body: '{"delay": 60}' })
  t.same(await set.json(), { delay: 60 })
  const startedAt = performance.now()
  await (await fetch(`${url}/health`)).text()
  t.ok(performance.now() - startedAt >= 59)
})

t.test('an invalid delay is rejected with an example of a valid one', async t => {
  const url = await start(t)
  for (const body of [
    '',
    'no',
    '{}',
    '{"delay": -1}',
    '{"delay": "1"}',
    `{"delay": 1${' '.repeat(2000)}}`,
  ]) {
    const response = await fetch(`${url}/delay`, { method: 'POST', body })
    t.equal(response.status, 400, body.slice(0, 20))
    t.match(await response.json(), { error: /expected a body such as/ })
  }
})

t.test('other paths get 404, other methods 405', async t => {
  const url = await start(t)
  t.equal((await fetch(`${url}/nothing`)).status, 404)
  t.equal((await fetch(url, { method: 'DELETE' })).status, 405)
})
