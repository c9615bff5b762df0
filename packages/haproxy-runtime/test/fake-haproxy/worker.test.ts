import t from 'tap'
import { addServer, cookieOf, startWorker, type FakePool } from '../../src/fake-haproxy/worker.js'

const text = `global
  maxconn 10
frontend web
  http-request set-header X %[req.hdr(host),map(/hosts.map)]
  http-request deny if { src -f /denied.acl }
backend nodes
  balance roundrobin
  cookie SRV insert dynamic
  server s1 10.0.0.1:80 weight 10 check
  server s2 [fd00::2]:81 disabled
listen fixed
  balance static-rr
  server a 10.0.0.3:80
peers mesh
  server p 10.0.0.4:1024
`

/** The pool `nodes` of a new worker. */
function nodesPool(): FakePool {
  const pool = startWorker(7, text).pools.get('nodes')
  if (!pool) throw new Error('the worker has no pool nodes')
  return pool
}

t.test('a worker has the servers of its backends, with their options', async t => {
  const { pid, pools } = startWorker(7, text)
  t.equal(pid, 7)
  t.strictSame([...pools.keys()], ['nodes', 'fixed'])
  const nodes = pools.get('nodes')
  t.match(nodes?.servers.get('s1'), {
    id: 1,
    address: '10.0.0.1',
    port: 80,
    weight: 10,
    admin: 'ready',
    hasCheck: true,
    checked: true,
  })
  t.match(nodes?.servers.get('s2'), { id: 2, address: 'fd00::2', port: 81, admin: 'maint' })
  t.strictSame([...(pools.get('fixed')?.servers.keys() ?? [])], ['a'], 'peers are no servers')
})

t.test('servers can be added at run time only where the balancing is dynamic', async t => {
  const { pools } = startWorker(7, text)
  t.equal(pools.get('nodes')?.dynamic, true)
  t.equal(pools.get('fixed')?.dynamic, false)
})

t.test('the servers of a pool with dynamic cookies start with one', async t => {
  const { pools } = startWorker(7, text)
  t.match(pools.get('nodes')?.servers.get('s1')?.cookie, /^[0-9a-f]{16}$/)
  t.equal(pools.get('fixed')?.servers.get('a')?.cookie, '')
})

t.test('the files of maps and ACLs are empty lists with numbers', async t => {
  const { maps, acls } = startWorker(7, text)
  t.match(maps.get('/hosts.map'), { id: 0, entries: [] })
  t.match(acls.get('/denied.acl'), { id: 1, entries: [] })
  t.equal(maps.get('/denied.acl'), undefined)
})

t.test('a server of a command is in maintenance, with its health check off', async t => {
  const pool = nodesPool()
  const server = addServer(pool, 's3', '10.0.0.3:82', ['check'], false)
  t.match(server, { id: 3, admin: 'maint', hasCheck: true, checked: false, weight: 1, cookie: '' })
  t.equal(pool.servers.get('s3'), server)
})

t.test('a cookie depends on address and port alone', async t => {
  const pool = nodesPool()
  const one = addServer(pool, 'a', '10.0.0.9:80', [], false)
  const same = addServer(pool, 'b', '10.0.0.9:80', ['weight', '9'], false)
  const other = addServer(pool, 'c', '10.0.0.9:81', [], false)
  t.equal(cookieOf(one), cookieOf(same))
  t.not(cookieOf(one), cookieOf(other))
})

t.test('a server takes the lowest free id, and a proxy the number of its place', async t => {
  const { proxies } = startWorker(7, text)
  t.strictSame(
    proxies.map(({ id, name, isFrontend }) => [id, name, isFrontend]),
    [
      [2, 'web', true],
      [3, 'nodes', false],
      [4, 'fixed', true],
    ],
  )
  const pool = nodesPool()
  pool.servers.delete('s1')
  t.equal(addServer(pool, 's3', '10.0.0.3:80', [], false).id, 1)
  t.equal(addServer(pool, 's4', '10.0.0.4:80', [], false).id, 3)
})
