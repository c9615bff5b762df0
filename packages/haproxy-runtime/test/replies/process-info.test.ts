import t from 'tap'
import { parseInfo } from '../../src/replies/process-info.js'

const reply = 'Name: HAProxy\nVersion: 2.6.12-1\nPid: 42\nUptime: 0d 0h01m01s\nUptime_sec: 61\n'

t.test('version, process id and age are read by their names', async t => {
  t.strictSame(parseInfo(reply), { version: '2.6.12-1', pid: 42, uptimeSeconds: 61 })
  t.strictSame(parseInfo(reply.split('\n').toReversed().join('\n')), parseInfo(reply))
})

t.test('a reply without a process id is a protocol error', async t => {
  for (const text of ['', 'Permission denied\n', reply.replace('Pid:', 'PID:')])
    t.throws(() => parseInfo(text), { name: 'HaproxyError', code: 'protocol' })
})
