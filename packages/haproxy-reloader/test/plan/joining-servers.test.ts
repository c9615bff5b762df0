import type { RunningServer } from 'haproxy-runtime'
import t from 'tap'
import { ServerTable } from '../../src/servers/server-table.js'
import { joiningServers, servedPools } from '../../src/plan/joining-servers.js'
import type { ServerOperation } from '../../src/plan/operation.js'
import { present } from '../running-server-record.js'

const server = (name: string, options = 'check', weight = 10) => ({
  name,
  address: '10.0.0.1',
  port: 80,
  weight,
  options,
})
const add = (name: string, options?: string): ServerOperation => ({
  kind: 'add',
  pool: 'nodes',
  server: server(name, options),
})
const on = (
  kind: 'set-address' | 'enable' | 'check' | 'replace',
  name: string,
): ServerOperation => ({
  kind,
  pool: 'nodes',
  server: server(name),
})
const joins = (servers: readonly RunningServer[], ...operations: ServerOperation[]) => {
  const { waiting, unserved } = joiningServers(operations, ServerTable.of(servers))
  return { waiting: [...waiting.keys()], unserved }
}

t.test('a server with a health check waits where another one takes traffic', async t => {
  t.strictSame(joins([present('s1')], add('s2'), add('s3', ''), add('s4', 'check disabled')), {
    waiting: ['nodes/s2'],
    unserved: [],
  })
})

t.test('in a pool without a server that takes traffic none waits', async t => {
  const unserved = { waiting: [], unserved: ['nodes'] }
  t.strictSame(joins([], add('s1'), add('s2')), unserved)
  const idle: Partial<RunningServer>[] = [
    { health: 'down' },
    { weight: 0 },
    { admin: 'maint' },
    { admin: 'drain' },
    { pool: 'more' },
  ]
  for (const more of idle) t.strictSame(joins([present('s1', more)], add('s2')), unserved)
})

t.test('a server that leaves in the same step does not count', async t => {
  const leaves: ServerOperation[] = [
    { kind: 'drain', pool: 'nodes', name: 's1', agentChecked: false },
    { kind: 'remove', pool: 'nodes', name: 's1', cut: false },
    { kind: 'set-weight', pool: 'nodes', server: server('s1', 'check', 0) },
    on('set-address', 's1'),
  ]
  for (const leave of leaves) t.match(joins([present('s1')], leave, add('s2')).waiting, [])
})

t.test('a server at another address, or back from maintenance, joins again', async t => {
  const others = present('s9')
  const waits = (now: Partial<RunningServer>, ...operations: ServerOperation[]) =>
    joins([others, present('s1', now)], ...operations).waiting.length > 0
  t.ok(waits({}, on('set-address', 's1')))
  t.ok(waits({}, on('replace', 's1')))
  t.ok(waits({ admin: 'maint' }, on('enable', 's1')))
  t.ok(waits({ admin: 'maint', checked: false }, on('check', 's1'), on('enable', 's1')))
  t.notOk(waits({ checked: false }, on('set-address', 's1')))
  t.notOk(waits({ admin: 'drain' }, on('enable', 's1')), 'it was checked meanwhile')
  t.notOk(waits({ checked: false }, on('check', 's1')), 'it takes traffic already')
})

t.test('a pool is served while one of its servers takes traffic', async t => {
  const servers = [present('s1'), present('s2', { pool: 'more', health: 'down' })]
  t.strictSame([...servedPools(servers, [])], ['nodes'])
})
