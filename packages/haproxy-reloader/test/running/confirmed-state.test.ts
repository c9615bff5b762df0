import type { RunningServer } from 'haproxy-runtime'
import t from 'tap'
import { changeServers, driftSince } from '../../src/running/confirmed-state.js'
import { ServerTable } from '../../src/servers/server-table.js'
import type { ServerOperation } from '../../src/plan/operation.js'
import { present } from '../running-server-record.js'

const server = { name: 's1', address: '10.0.0.2', port: 81, weight: 5, options: 'check' }
const pool = 'nodes'

/** A state that is read. */
interface Now {
  readonly text: string
  readonly servers: readonly RunningServer[]
  readonly worker: number
}

/** Returns servers after operations. */
function after(
  servers: readonly RunningServer[],
  ...more: Parameters<typeof changeServers> extends [unknown, ...infer Rest] ? Rest : never
): RunningServer[] {
  const table = ServerTable.of(servers)
  changeServers(table, ...more)
  return [...table]
}
/** The record of `server` after it was added. */
const unchecked = { passedChecks: 0, lastCheck: 'none' } as const
const added = { address: '10.0.0.2', port: 81, weight: 5, initialWeight: 5, ...unchecked }

t.test('each operation changes the confirmed servers as HAProxy changes its own', async t => {
  const cases: [RunningServer[], ServerOperation, RunningServer[]][] = [
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
  for (const [before, operation, expected] of cases)
    t.same(after(before, [operation]), expected, operation.kind)
})

t.test('a server that waits for its check is down', async t => {
  const waiting = new Set(['nodes/s1', 'nodes/s2'])
  const others = [present('s2'), present('s3')]
  t.match(after(others, [{ kind: 'add', pool, server }], [], waiting), [
    { name: 's2', health: 'up' },
    { name: 's3', health: 'up' },
    { name: 's1', health: 'down', passedChecks: 0 },
  ])
})

t.test('a server that HAProxy cannot remove yet stays in maintenance', async t => {
  const removal: ServerOperation = { kind: 'remove', pool, name: 's1', cut: false }
  t.strictSame(after([present('s1'), present('s2')], [removal], ['nodes/s1']), [
    present('s1', { admin: 'maint' }),
    present('s2'),
  ])
})

t.test('changes by others are described in words', async t => {
  const servers = [present('s1'), present('s2')]
  const desired = { text: 'a', pools: [] }
  const confirmed = { desired, servers: ServerTable.of(servers), worker: 7 }
  const since = ({ servers: now = servers, ...more }: Partial<Now>) =>
    driftSince(confirmed, { text: 'a', worker: 7, ...more, servers: ServerTable.of(now) })
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
