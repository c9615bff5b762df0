import t from 'tap'
import { profiles } from '../../src/fake-haproxy/profile.js'
import { replyTo } from '../../src/fake-haproxy/reply-to.js'
import { startWorker } from '../../src/fake-haproxy/worker.js'

t.test('a command that no table has is unknown', async t => {
  const worker = startWorker(1, '')
  t.match(replyTo('frobnicate', worker, profiles['2.6']), /^Unknown command, but maybe/)
})
