import t from 'tap'
import { brokenConnection, isFatal, refusal, SerfError, unreadable } from '../src/serf-error.js'

t.test('a SerfError has its code, command and cause', async t => {
  const cause = new Error('why')
  t.match(new SerfError('timeout', 'late', { command: 'members', cause }), {
    name: 'SerfError',
    code: 'timeout',
    message: 'late',
    command: 'members',
    cause,
  })
  t.notOk('cause' in new SerfError('timeout', 'late'))
})

t.test('the reason of a refusal determines its code', async t => {
  const codes = {
    'Authentication required': 'authentication',
    'Invalid authentication token': 'authentication',
    'Handshake required': 'handshake',
    'Unsupported IPC version': 'handshake',
    'Monitor already exists': 'refused',
  }
  for (const [reason, code] of Object.entries(codes)) {
    t.match(refusal('join', reason, 0), {
      code,
      command: 'join',
      details: 0,
      message: `The Serf agent refused join: ${reason}`,
    })
  }
})

t.test('only a missing handshake or key ends the connection', async t => {
  for (const reason of ['Handshake required', 'Authentication required']) t.ok(isFatal(reason))
  for (const reason of ['', 'Invalid authentication token', 'no handshake required']) {
    t.notOk(isFatal(reason), reason)
  }
})

t.test('a broken connection keeps the error of the socket as its cause', async t => {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  const error = brokenConnection(cause)
  t.match(error, { code: 'closed', message: /broke: read ECONNRESET/ })
  t.equal(error.cause, cause)
})

t.test('unreadable data is a protocol error, and a SerfError is kept', async t => {
  const error = new SerfError('refused', 'no')
  t.equal(unreadable(error), error)
  const cause = new RangeError('too short')
  t.match(unreadable(cause), {
    code: 'protocol',
    message: /^Cannot read the Serf agent's data: too short$/,
    cause,
  })
  t.match(unreadable('text'), { code: 'protocol', message: /text/, cause: 'text' })
})
