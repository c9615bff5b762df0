import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { askAgent, RefusedError } from '../../src/page/ask-agent.js'

/** A fake agent over HTTP that answers each request with `status` and `body`. */
async function fakeAgent(t: Test, status: number, body: string) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    response.writeHead(status).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  return { requests, url: `http://127.0.0.1:${port}` }
}

t.test('an answer is parsed, and a request without a token has no authorization', async t => {
  const { url, requests } = await fakeAgent(t, 200, '{"a":1}')
  t.same(await askAgent('GET', `${url}/state`), { a: 1 })
  t.match(requests[0], { method: 'GET', url: '/state' })
  t.equal(requests[0]?.headers.authorization, undefined)
})

t.test('the token is sent as a bearer token', async t => {
  const { url, requests } = await fakeAgent(t, 200, '{}')
  await askAgent('POST', `${url}/thaw`, 'secret')
  t.match(requests[0], { method: 'POST', headers: { authorization: 'Bearer secret' } })
})

t.test('a rejected request throws the message of the agent and the status', async t => {
  const { url } = await fakeAgent(t, 401, '{"error":"got a wrong token"}')
  const error = await askAgent('POST', `${url}/thaw`, 'x').catch((caught: unknown) => caught)
  t.type(error, RefusedError)
  t.match(error, { status: 401, message: 'got a wrong token' })
})

t.test('a rejected request without a message throws the status text', async t => {
  const { url } = await fakeAgent(t, 503, '{}')
  await t.rejects(askAgent('GET', url), { status: 503, message: 'Service Unavailable' })
})

t.test('the name of the operator is sent as printable text', async t => {
  const { url, requests } = await fakeAgent(t, 200, '{}')
  await askAgent('POST', `${url}/thaw`, 'secret', 'Zoë\n')
  t.equal(requests[0]?.headers['x-operator'], 'Zo??')
})
