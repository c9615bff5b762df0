import { join } from 'node:path'
import t from 'tap'
import { authorize, readToken, type RequestInfo, originOf } from '../../src/http/request-guard.js'

const token = 'a-token-only-for-this-test'
const get: RequestInfo = {
  method: 'GET',
  host: '127.0.0.1:9642',
  authorization: undefined,
  isLocal: false,
}
const post = { ...get, method: 'POST' }
const statusOf = (request: RequestInfo, access = { token: undefined as string | undefined }) =>
  authorize(request, { hosts: ['lb.example'], ...access })?.status

t.test('the control socket needs neither a known host nor a token', async t => {
  t.equal(statusOf({ ...post, host: undefined, isLocal: true }), undefined)
})

t.test('addresses, localhost and configured names are known hosts', async t => {
  for (const host of [
    '127.0.0.1',
    '10.0.0.7:80',
    '[::1]',
    '[2001:db8::1]:9642',
    'localhost:1',
    'LocalHost',
    'lb.example',
    'LB.Example:9642',
  ])
    t.equal(statusOf({ ...get, host }), undefined, host)
})

t.test('any other Host header is rejected with 421', async t => {
  for (const host of [
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '::1',
    '[::1',
    '[localhost]',
    'lb.example:123456',
    'a b',
  ])
    t.equal(statusOf({ ...get, host }), 421, String(host))
})

t.test('without a configured token no change is allowed over TCP', async t => {
  t.equal(statusOf(post), 403)
  t.equal(statusOf({ ...post, authorization: 'Bearer undefined' }), 403)
})

t.test('a change needs the exact token', async t => {
  const access = { token }
  for (const authorization of [
    undefined,
    '',
    'Bearer ',
    token,
    `Basic ${token}`,
    `Bearer ${token}x`,
    `Bearer ${token} x`,
    `Bearer ${token.toUpperCase()}`,
  ])
    t.equal(statusOf({ ...post, authorization }, access), 401, String(authorization))
  t.equal(statusOf({ ...post, authorization: `Bearer ${token}` }, access), undefined)
  t.equal(statusOf({ ...post, authorization: `bearer  ${token}` }, access), undefined)
})

t.test('a rejection says what was expected', async t => {
  const authorization = 'Bearer wrong'
  t.match(authorize({ ...post, authorization }, { token, hosts: [] }), {
    body: /expected Authorization: Bearer TOKEN, got a wrong token/,
    headers: { 'www-authenticate': /^Bearer/ },
  })
  t.match(authorize(post, { token, hosts: [] }), { body: /got no token/ })
})

t.test('a token file is read without the white space around the token', async t => {
  const folder = t.testdir({ good: ` ${token}\n`, short: 'x'.repeat(15), spaced: `${token} x` })
  t.equal(readToken(join(folder, 'good')), token)
  const configuration = { name: 'AgentError', code: 'configuration' }
  t.throws(() => readToken(join(folder, 'short')), { ...configuration, message: /got 15; create/ })
  t.throws(() => readToken(join(folder, 'spaced')), configuration)
  t.throws(() => readToken(join(folder, 'missing')), configuration)
})

function from(name: string | undefined, remoteAddress?: string): string {
  return originOf(
    { headers: { ...(name !== undefined && { 'x-operator': name }) }, socket: { remoteAddress } },
    remoteAddress === undefined,
  )
}

t.test('an origin is the socket or the address, with the printable part of a name', async t => {
  t.equal(from(undefined), 'control socket')
  t.equal(from('', '127.0.0.1'), '127.0.0.1')
  t.equal(from('ann', '127.0.0.1'), '127.0.0.1 (ann)')
  const sent = Buffer.from('Zoë \u202e\u001b[2J\n'.trim()).toString('latin1')
  t.equal(from(sent), 'control socket (Zoë [2J)')
  t.equal(from('x'.repeat(1000)), `control socket (${'x'.repeat(64)})`)
  t.equal(from(Buffer.from('\u200b').toString('latin1')), 'control socket')
})
