import t from 'tap'
import { profiles } from '../../src/fake-haproxy/profile.js'
import { replyTo } from '../../src/fake-haproxy/reply-to.js'
import { startWorker } from '../../src/fake-haproxy/worker.js'
import { parseInfo } from '../../src/replies/process-info.js'
import { parseServersState } from '../../src/replies/servers-state.js'

const text = `backend nodes
  balance roundrobin
  server s1 10.0.0.1:80 weight 10 check
  server s2 10.0.0.2:80
backend empty
  balance roundrobin
`

function haproxy(version: '2.6' | '3.0' = '2.6') {
  const worker = startWorker(42, text)
  const server = (name: string) => worker.pools.get('nodes')?.servers.get(name)
  return { server, send: (command: string) => replyTo(command, worker, profiles[version]) }
}

t.test('the reply to show info has the version and the process id', async t => {
  const { send } = haproxy('3.0')
  t.match(parseInfo(send('show info')), { version: '3.0.11', pid: 42 })
  t.equal(send('show version'), '3.0.11\n')
})

t.test('the state of servers has what was set since the start', async t => {
  const { send, server } = haproxy()
  const s1 = server('s1')
  if (s1) Object.assign(s1, { weight: 3, admin: 'drain' })
  const s2 = server('s2')
  if (s2) Object.assign(s2, { health: 'down' })
  t.match(parseServersState(send('show servers state nodes')), [
    { name: 's1', weight: 3, admin: 'drain', health: 'up', checked: true },
    { name: 's2', weight: 1, admin: 'ready', health: 'down', checked: false },
  ])
  t.strictSame(parseServersState(send('show servers state empty')), [])
  t.match(send('show servers state ghosts'), /^Can't find backend/)
})

t.test('the wait command is known from 3.0 on, and never waits', async t => {
  const command = 'wait 10ms srv-removable nodes/s1'
  t.match(haproxy('2.6').send(command), /^Unknown command/)
  const { send, server } = haproxy('3.0')
  t.equal(send(command), 'Failed.\n')
  const s1 = server('s1')
  if (s1) s1.admin = 'maint'
  t.equal(send(command), 'Done.\n')
  t.equal(send('wait 10ms srv-removable nodes/s9'), 'Failed.\n')
})
