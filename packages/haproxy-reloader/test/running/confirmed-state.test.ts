import type { RunningServer } from 'haproxy-runtime'
import t from 'tap'
import { afterOperations, driftSince } from '../../src/running/confirmed-state.js'
import type { Operation } from '../../src/plan/operation.js'
import { present } from '../running-server-record.js'

const server = { name: 's1', address: '10.0.0.2', port: 81, weight: 5, options: 'check' }
const pool = 'nodes'
/** The record of `server` after it was added. */
const unchecked = { passedChecks: 0, lastCheck: 'none' } as const
const added = { address: '10.0.0.2', port: 81, weight: 5, initialWeight: 5, ...unchecked }

t.test('each operation changes the confirmed servers as HAProxy changes its own', async t => {
  const cases: [RunningServer[], Operation, RunningServer[]][] = [
    [[], { kind: 'add', pool, server }, [present('s1', added)]],
    [
      [],
      { kind: 'add', pool, server: { ...server, options: 'agent-check agent-port 9 ssl' } },
      [present('s1', { ...added, checked: false, agentChecked: true, usesTls: true })],
    ],
    [
      [],
      { kind: 'add', pool, server: { ...server, options: '' } },
      [present('s1', { ...added, checked: false })],
    ],
    [
      [present('s1')],
      { kind: 'set-address', pool, server },
      [present('s1', { address: '10.0.0.2', port: 81 })],
    ],
    [[present('s1')], { kind: 'set-weight', pool, server }, [present('s1', { weight: 5 })]],
    [[present('s1', { checked: false })], { kind: 'check', pool, server }, [present('s1')]],
    [[present('s1', { admin: 'maint' })], { kind: 'enable', pool, server }, [present('s1')]],
    [
      [present('s1')],
      { kind: 'drain', pool, name: 's1', agentChecked: false },
      [present('s1', { weight: 0 })],
    ],
    [[present('s1')], { kind: 'remove', pool, name: 's1', cut: false }, []],
  ]
  for (const [before, operation, after] of cases)
    t.same(afterOperations(before, [operation]), after, operation.kind)
})

t.test('a server that waits for its check is down', async t => {
  const waiting = new Set(['nodes/s1', 'nodes/s2'])
  const others = [present('s2'), present('s3')]
  const after = afterOperations(others, [{ kind: 'add', pool, server }], [], waiting)
  t.match(after, [
    { name: 's2', health: 'up' },
    { name: 's3', health: 'up' },
    { name: 's1', health: 'down', passedChecks: 0 },
  ])
})

t.test('a server that HAProxy cannot remove yet stays in maintenance', async t => {
  const removal: Operation = { kind: 'remove', pool, name: 's1', cut: false }
  t.strictSame(afterOperations([present('s1'), present('s2')], [removal], ['nodes/s1']), [
    present('s1', { admin: 'maint' }),
    present('s2'),
  ])
})

t.test('changes by others are described in words', async t => {
  const servers = [present('s1'), present('s2')]
  const confirmed = { text: 'a', servers, worker: 7 }
  const since = (now: Partial<typeof confirmed>) => driftSince(confirmed, { ...confirmed, ...now })
  t.equal(since({}), undefined)
  t.equal(since({ servers: [present('s2'), present('s1', { health: 'down' })] }), undefined)
  t.equal(since({ worker: 8 }), 'HAProxy was restarted, or reloaded from outside')
  t.equal(since({ text: 'b' }), 'the configuration file was edited')
  t.equal(
    since({ servers: [present('s1'), present('s3')] }),
    'nodes/s3 was added, nodes/s2 was removed',
  )
  for (const change of [
    { address: '10.0.0.9' },
    { port: 9 },
    { weight: 1 },
    { admin: 'drain' as const },
    { checked: false },
  ]) {
    t.equal(since({ servers: [present('s1', change), present('s2')] }), 'nodes/s1 was changed')
  }
})
