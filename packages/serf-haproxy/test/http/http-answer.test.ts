import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import {
  json,
  refusal,
  securityHeaders,
  send,
  type HttpAnswer,
} from '../../src/http/http-answer.js'

async function sent(t: Test, answer: HttpAnswer, method = 'GET'): Promise<Response> {
  const server = createServer((request, response) =>
    send(response, answer, request.method === 'HEAD'),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  return fetch(`http://127.0.0.1:${port}/`, { method })
}

t.test('a JSON answer ends with a line break', async t => {
  t.same(json(200, { a: 1 }), { status: 200, type: 'application/json', body: '{"a":1}\n' })
})

t.test('an error answer has its text and its own headers', async t => {
  t.same(refusal(405, 'no', { allow: 'GET' }), {
    ...json(405, { error: 'no' }),
    headers: { allow: 'GET' },
  })
  t.notOk('headers' in refusal(404, 'no'))
})

t.test('a sent answer has its length in bytes and the security headers', async t => {
  const response = await sent(t, json(201, { name: 'ü' }))
  t.equal(response.status, 201)
  t.equal(response.headers.get('content-length'), '14')
  t.match(Object.fromEntries(response.headers), securityHeaders)
  t.same(await response.json(), { name: 'ü' })
})

t.test('an answer to HEAD has the length, but no body', async t => {
  const response = await sent(t, json(200, 'abc'), 'HEAD')
  t.equal(response.headers.get('content-length'), '6')
  t.equal(await response.text(), '')
})

t.test('the policy allows only files of the page itself', async t => {
  const policy = securityHeaders['content-security-policy'] ?? ''
  t.match(policy, /^default-src 'none'; /)
  t.match(policy, "require-trusted-types-for 'script'")
  t.notMatch(policy, /unsafe|\*|https?:/)
})
