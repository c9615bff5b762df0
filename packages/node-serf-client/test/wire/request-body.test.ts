import { decodeMulti } from '@msgpack/msgpack'
import t from 'tap'
import type { Command } from '../../src/wire/command-table.js'
import { encodeRequest } from '../../src/wire/message-codec.js'
import { requestBody } from '../../src/wire/request-body.js'

t.test('undefined fields of a request are not sent', async t => {
  const bytes = encodeRequest('members-filtered', 1, { Name: 's.*', Status: undefined })
  const [, body] = decodeMulti(bytes)
  t.same(body, { Name: 's.*' })
})

t.test('a body that the agent cannot decode is rejected', async t => {
  const bodies: readonly (readonly [Command, Record<string, unknown>])[] = [
    ['query', { Name: 'q', Timeout: 1.5 }],
    ['query', { Name: 'q', Timeout: 2 ** 60 }],
    ['query', { Name: 'q', RelayFactor: 256 }],
    ['query', { Name: 'q', FilterNodes: 's1' }],
    ['query', { Name: 'q', FilterTags: { role: 1 } }],
    ['event', { Name: 'e', Payload: 'text' }],
    ['event', { Name: 7 }],
    ['event', { Name: 'e', Coalesce: 1 }],
    ['respond', { ID: -1 }],
    ['join', { Existing: [7] }],
    ['tags', { Tags: [] }],
  ]
  for (const [command, body] of bodies) {
    const failure = { code: 'invalid-argument', command, message: /expected .*, got/ }
    t.throws(
      () => encodeRequest(command, 1, body),
      failure,
      `${command} ${Object.keys(body).join()}`,
    )
  }
})

t.test('a command without a body has none', async t => {
  t.equal(requestBody('members', { Name: 's1' }), undefined)
  t.same(requestBody('handshake'), {})
})

t.test('valid values of each kind are accepted', async t => {
  const bodies: readonly (readonly [Command, Record<string, unknown>])[] = [
    ['query', { Name: '', RelayFactor: 255, RequestAck: false, Payload: Buffer.from('x') }],
    ['query', { Name: 'q', Timeout: Number.MAX_SAFE_INTEGER, FilterTags: {}, FilterNodes: [] }],
    ['respond', { ID: 0, Payload: new Uint8Array() }],
  ]
  for (const [command, body] of bodies) t.same(requestBody(command, body), body)
})

t.test('the error names the field, the command, and both values', async t => {
  t.throws(() => requestBody('query', { Name: 'q', RelayFactor: -1 }), {
    code: 'invalid-argument',
    command: 'query',
    message: 'Invalid RelayFactor for query: expected an integer from 0 to 255, got -1',
  })
})

t.test('a field that the command does not have is an error of this package', async t => {
  t.throws(() => requestBody('respond', { Id: 1 }), { name: 'Error', message: /no field Id/ })
})
