import t from 'tap'
import { HaproxyError, unreadableReply } from '../src/haproxy-error.js'

t.test('an error has its code, and its cause only if there is one', async t => {
  const cause = new Error('refused')
  const error = new HaproxyError('unreachable', 'away', { cause })
  t.match(error, { name: 'HaproxyError', code: 'unreachable', message: 'away' })
  t.equal(error.cause, cause)
  t.notOk('cause' in new HaproxyError('timeout', 'late'))
})

t.test('an unreadable reply is quoted, and only its start', async t => {
  const error = unreadableReply('show stat', `a\n${'x'.repeat(1000)}`, 'CSV')
  t.equal(error.code, 'protocol')
  t.match(error.message, /^Cannot parse the reply to show stat: expected CSV, got "a\\nx+"$/)
  t.ok(error.message.length < 200)
  t.match(unreadableReply('show proc', '').message, /: got ""$/)
})
