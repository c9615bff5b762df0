import type { RunningServer } from 'haproxy-runtime'
import { command } from 'haproxy-runtime'
import t from 'tap'
import { ServerTable } from '../../src/servers/server-table.js'
import { Admission } from '../../src/reconcile/admission.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'
import { present } from '../running-server-record.js'

const { signal } = new AbortController()
const waiting = { health: 'down', passedChecks: 0, lastCheck: 'none' } as const

/** Admits once, of HAProxy's servers `s1` and `s2` in these states; returns what HAProxy got. */
async function admitOnce(t: Parameters<typeof fakeSetup>[0], servers: readonly RunningServer[]) {
  const text = desire([server('s1'), server('s2', { options: 'check inter 1m' })]).text
  const { fake, runtime } = await fakeSetup(t, text)
  const admission = new Admission(runtime)
  await admission.admit(servers, [], signal)
  return { admission, commands: fake.commands }
}

t.test('one check that passed admits a server', async t => {
  const passed = present('s2', { ...waiting, passedChecks: 1, lastCheck: 'passed' })
  const text = desire([server('s1'), server('s2', { options: 'check inter 1m' })]).text
  const { fake, runtime } = await fakeSetup(t, text)
  const admission = new Admission(runtime)
  admission.wait(['nodes/s2'])
  t.equal(admission.pollDelayMs(0), 5)
  await runtime.batch([command.setHealth('nodes', 's2', 'down')])
  await admission.admit([present('s1'), passed], [], signal)
  t.equal(fake.server('nodes', 's2')?.health, 'up')
  t.equal(admission.pollDelayMs(0), undefined)
})

t.test('a server that recovers is left to HAProxy’s own checks', async t => {
  const recovering = present('s2', { ...waiting, passedChecks: 1, lastCheck: 'passed' })
  const { commands } = await admitOnce(t, [present('s1'), recovering])
  t.strictSame(commands, [])
})

t.test('a server without a result waits while its pool has another', async t => {
  const { admission, commands } = await admitOnce(t, [present('s1'), present('s2', waiting)])
  t.strictSame(commands, [])
  t.equal(admission.pollDelayMs(3), 30, 'a read takes a tenth of the time at most')
})

t.test('a server without a result is admitted when its pool has no other', async t => {
  const down = present('s1', { health: 'down', passedChecks: 0 })
  const { admission, commands } = await admitOnce(t, [down, present('s2', waiting)])
  t.strictSame(commands, ['set server nodes/s2 health up'], 'and not the one whose check failed')
  t.equal(admission.pollDelayMs(0), undefined)
})

t.test('a server in maintenance does not wait', async t => {
  const servers = [present('s1'), present('s2', { ...waiting, admin: 'maint' })]
  const { admission, commands } = await admitOnce(t, servers)
  t.strictSame(commands, [])
  t.equal(admission.pollDelayMs(0), undefined)
})

t.test('the reads end when no check passes', async t => {
  const { admission } = await admitOnce(t, [present('s1'), present('s2', waiting)])
  const delays = Array.from({ length: 40 }, () => admission.pollDelayMs(0))
  const taken = delays.filter(delay => delay !== undefined)
  t.ok(taken.reduce((sum, delay) => sum + delay, 0) >= 5000)
  t.equal(delays.at(-1), undefined)
})

t.test('the health of a pool that seems empty is read again before a server joins', async t => {
  const { runtime } = await fakeSetup(t, desire([server('s1')]).text)
  const admission = new Admission(runtime)
  const add = { kind: 'add', pool: 'nodes', server: server('s2', { options: 'check' }) } as const
  const seemsDown = ServerTable.of([present('s1', { health: 'down' })])
  t.strictSame([...(await admission.joining([add], seemsDown, signal)).keys()], ['nodes/s2'])
})
