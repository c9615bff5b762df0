import t from 'tap'
import { skippedRecord } from '../../src/connection/record-queue.js'
import { decodeQueryRecord, payloadBytes, queryBody } from '../../src/records/query.js'
import { received } from '../wire-objects.js'

t.test('the body of a query has all options in the form of the RPC', async t => {
  const options = {
    nodes: ['s1'],
    tags: { role: 'web' },
    ack: true,
    relayFactor: 2,
    answerMs: 1500,
    payload: 'ü',
  }
  t.same(await queryBody('load', options), {
    Name: 'load',
    FilterNodes: ['s1'],
    FilterTags: { role: 'web' },
    RequestAck: true,
    RelayFactor: 2,
    Timeout: 1_500_000_000,
    Payload: Buffer.from('ü'),
  })
})

t.test('options that are not set are undefined', async t => {
  const { Name, ...others } = await queryBody('load', {})
  t.equal(Name, 'load')
  for (const [field, value] of Object.entries(others)) t.equal(value, undefined, field)
})

t.test('an answer time becomes whole nanoseconds', async t => {
  t.match(await queryBody('load', { answerMs: 0.0000014 }), { Timeout: 1 })
  t.match(await queryBody('load', { answerMs: 1 / 3 }), { Timeout: 333_333 })
})

t.test('an invalid answer time is rejected', async t => {
  for (const answerMs of [0, -1, NaN, Infinity, 1e12]) {
    await t.rejects(queryBody('load', { answerMs }), {
      code: 'invalid-argument',
      command: 'query',
      message: /^Invalid answerMs: expected milliseconds above 0, got /,
    })
  }
})

t.test('a tag expression that Serf cannot compile is rejected', async t => {
  await t.rejects(queryBody('load', { tags: { role: '(' } }), {
    code: 'invalid-argument',
    command: 'query',
    message: /for "role"/,
  })
})

t.test('an ack and a response have their sender and payload', async t => {
  t.same(decodeQueryRecord(received({ Type: 'ack', From: 's1', Payload: null })), {
    type: 'ack',
    from: 's1',
    payload: new Uint8Array(),
  })
  const Payload = Uint8Array.of(0, 255)
  t.same(decodeQueryRecord(received({ Type: 'response', From: 's2', Payload })), {
    type: 'response',
    from: 's2',
    payload: Payload,
  })
})

t.test('done ends the query, and a record without a sender is skipped', async t => {
  t.equal(decodeQueryRecord(received({ Type: 'done', From: '' })), undefined)
  for (const Type of ['ack', 'response']) {
    t.equal(decodeQueryRecord(received({ Type, From: '', Payload: null })), skippedRecord)
  }
})

t.test('an invalid record is a protocol error', async t => {
  for (const record of [{}, { Type: 'nack', From: 's1' }, { Type: 'ack' }, 7]) {
    t.throws(() => decodeQueryRecord(received(record)), { code: 'protocol' })
  }
})

t.test('a text payload becomes UTF-8, and bytes are kept', async t => {
  t.same(payloadBytes('ü'), Buffer.from([0xc3, 0xbc]))
  const bytes = Uint8Array.of(255)
  t.equal(payloadBytes(bytes), bytes)
})
