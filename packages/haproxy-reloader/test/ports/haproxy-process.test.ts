import t from 'tap'
import { findHaproxy } from '../../src/ports/haproxy-process.js'

t.test('a process that is not HAProxy, or does not exist, is not taken for it', async t => {
  for (const pid of [1, process.pid, 99_999_999])
    t.equal((await findHaproxy(pid)) === undefined, true, `process ${pid}`)
})
