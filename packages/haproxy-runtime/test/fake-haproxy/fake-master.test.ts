import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startMaster } from '../../src/fake-haproxy/fake-master.js'
import type { FakeVersion } from '../../src/fake-haproxy/profile.js'
import { parseProcessTable } from '../../src/replies/process-table.js'

const refuse = (text: string) => (text.includes('broken') ? 'unknown keyword' : undefined)

function master(t: Test, version: FakeVersion = '2.6') {
  const configFile = join(t.testdir({ cfg: 'backend a\n  server s1 10.0.0.1:80\n' }), 'cfg')
  const started = startMaster({ configFile, version, refuse })
  const processes = () => parseProcessTable(started.answerMaster('show proc'))
  return { configFile, master: started, processes }
}

t.test('a reload starts a new worker from the file', async t => {
  const { configFile, master: fake, processes } = master(t)
  const { pid } = fake.worker
  t.strictSame(processes().workers, [pid])
  writeFileSync(configFile, 'backend b\n  server s2 10.0.0.2:80\n')
  t.equal(fake.answerMaster('reload'), '', '2.6 reports nothing')
  t.not(fake.worker.pid, pid)
  t.strictSame([...fake.worker.pools.keys()], ['b'])
  t.match(processes(), { master: { reloads: 1, failed: 0 }, workers: [fake.worker.pid] })
})

t.test('a refused configuration leaves the worker, and the next reload can succeed', async t => {
  const { configFile, master: fake, processes } = master(t, '3.0')
  const { pid } = fake.worker
  writeFileSync(configFile, 'broken\n')
  t.match(fake.answerMaster('reload'), /^Success=0\n--\n\[ALERT\] .*unknown keyword/)
  t.equal(fake.worker.pid, pid)
  t.match(processes(), { master: { reloads: 1, failed: 1 } })
  writeFileSync(configFile, 'backend b\n')
  t.match(fake.answerMaster('reload'), /^Success=1\n/)
  t.match(processes(), { master: { reloads: 2, failed: 0 } })
})

t.test('a restart counts from zero, with a new worker', async t => {
  const { master: fake, processes } = master(t)
  fake.answerMaster('reload')
  const { pid } = fake.worker
  fake.restart()
  t.not(fake.worker.pid, pid)
  t.match(processes(), { master: { reloads: 0 } })
})

t.test('the worker answers the stats socket, and the master refuses other commands', async t => {
  const { master: fake } = master(t)
  t.match(fake.answerRuntime('show info'), new RegExp(`Pid: ${fake.worker.pid}\n`))
  t.match(fake.answerMaster('show info'), /^Unknown command/)
})
