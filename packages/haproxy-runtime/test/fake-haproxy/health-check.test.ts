import t from 'tap'
import { checkIntervalMs, runChecks, setHealth } from '../../src/fake-haproxy/health-check.js'
import { startWorker } from '../../src/fake-haproxy/worker.js'

const text = 'backend nodes\n  server s1 10.0.0.1:80 check inter 3s\n  server s2 10.0.0.2:80\n'

t.test('the interval of checks has the units of HAProxy', async t => {
  const intervals = [undefined, '500ms', '500', '3s', '1m', '{{x}}'].map(checkIntervalMs)
  t.strictSame(intervals, [2000, 500, 500, 3000, 60_000, 2000])
})

t.test('a server that was marked as down is up after its next check', async t => {
  const servers = startWorker(1, text).pools.get('nodes')?.servers ?? new Map<string, never>()
  const healthAt = (now: number) => {
    runChecks(servers.values(), now)
    return [...servers.values()].map(({ health }) => health)
  }
  for (const server of servers.values()) setHealth(server, 'down', 1000)
  t.strictSame(healthAt(3999), ['down', 'down'])
  t.strictSame(healthAt(4000), ['up', 'down'], 's2 has no check')
})

t.test('a server in maintenance is not checked', async t => {
  const s1 = startWorker(1, text).pools.get('nodes')?.servers.get('s1')
  if (!s1) throw new Error('the fake has no server s1')
  setHealth(s1, 'down', 0)
  s1.admin = 'maint'
  runChecks([s1], 9000)
  t.equal(s1.health, 'down')
})

t.test('a server knows since when it is up or down', async t => {
  const s1 = startWorker(1, text).pools.get('nodes')?.servers.get('s1')
  if (!s1) throw new Error('the fake has no server s1')
  const changed = [1000, 2000].map(now => {
    setHealth(s1, 'down', now)
    return s1.changedAt
  })
  runChecks([s1], 4999)
  changed.push(s1.changedAt)
  for (const now of [5000, 6000]) {
    runChecks([s1], now)
    changed.push(s1.changedAt)
  }
  t.strictSame(changed, [1000, 1000, 1000, 5000, 5000])
})
