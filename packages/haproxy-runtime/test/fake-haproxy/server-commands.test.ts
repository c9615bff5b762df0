import t from 'tap'
import { profiles } from '../../src/fake-haproxy/profile.js'
import { serverCommands } from '../../src/fake-haproxy/server-commands.js'
import { startWorker } from '../../src/fake-haproxy/worker.js'

const configuration = `backend nodes
  balance roundrobin
  server s1 10.0.0.1:80 weight 10 check
backend fixed
  balance source
  server a 10.0.0.2:80
`

/** Sends commands to a new worker; the reply to each. */
function replies(version: '2.6' | '3.0', ...commands: string[]) {
  const worker = startWorker(1, configuration)
  const server = (pool: string, name: string) => worker.pools.get(pool)?.servers.get(name)
  const answers = commands.map(text => {
    for (const [pattern, carryOut] of serverCommands) {
      const [match, ...args] = pattern.exec(text) ?? []
      if (match !== undefined)
        return carryOut(
          worker,
          args.map(arg => arg ?? ''),
          profiles[version],
        )
    }
    return 'no such command'
  })
  return { answers, server }
}

t.test('a server is added only to a known pool with dynamic balancing, and once', async t => {
  const { answers, server } = replies(
    '2.6',
    'add server nodes/s2 10.0.0.2:80 weight 5',
    'add server nodes/s2 10.0.0.2:80',
    'add server ghosts/s2 10.0.0.2:80',
    'add server fixed/b 10.0.0.2:80',
    'add server nodes',
    'add server nodes/s3',
  )
  t.match(answers, [
    /^New server registered/,
    /^Already exists/,
    /^No such backend/,
    /^Backend must use a dynamic/,
    /^Require/,
    /expects <name>/,
  ])
  t.match(server('nodes', 's2'), { weight: 5, admin: 'maint' })
})

t.test('a server is deleted only in maintenance and without sessions', async t => {
  const { answers, server } = replies(
    '2.6',
    'del server nodes/s1',
    'set server nodes/s1 state maint',
    'del server nodes/s1',
    'del server nodes/s1',
  )
  t.match(answers, [/^Only servers in maintenance/, '', /^Server deleted/, /^No such server/])
  t.equal(server('nodes', 's1'), undefined)
})

t.test('states and weights are set within their ranges', async t => {
  const { answers, server } = replies(
    '2.6',
    'set server nodes/s1 state drain',
    'set server nodes/s1 state upside-down',
    'set server nodes/s1 weight 20',
    'set server nodes/s1 weight 257',
    'set server fixed/a weight 2',
  )
  t.match(answers, ['', /expects 'ready'/, '', /between 0 and 256/, /static LB/])
  t.match(server('nodes', 's1'), { admin: 'drain', weight: 20 })
})

t.test('a change of address names what changed and what did not', async t => {
  const { answers, server } = replies(
    '2.6',
    'set server nodes/s1 addr 10.0.0.9 port 81',
    'set server nodes/s1 addr 10.0.0.9 port 81',
    'set server nodes/s1 addr 10.0.0.9 port 99999',
  )
  t.match(answers, [
    "IP changed from '10.0.0.1' to '10.0.0.9', port changed from '80' to '81'",
    'no need to change the addr, no need to change the port',
    "port changed from '81' to '34463'",
  ])
  t.match(server('nodes', 's1'), { port: 34_463 }, 'as in HAProxy, 16 bits are left of it')
})

t.test('a health check can be switched only where the options have one', async t => {
  const { answers, server } = replies(
    '2.6',
    'disable health nodes/s1',
    'enable health fixed/a',
    'set server nodes/s1 health down',
  )
  t.match(answers, ['', /^Health check was not configured .* enable/, ''])
  t.match(server('nodes', 's1'), { checked: false, health: 'down' })
})

t.test('before 3.0 a new server has its dynamic cookie only after the command', async t => {
  const add = 'add server nodes/s2 10.0.0.2:80'
  const enable = 'enable dynamic-cookie backend nodes'
  t.equal(replies('2.6', enable, add).server('nodes', 's2')?.cookie, '')
  t.match(replies('2.6', add, enable).server('nodes', 's2')?.cookie, /./)
  t.match(replies('3.0', enable, add).server('nodes', 's2')?.cookie, /./)
  t.match(replies('2.6', 'enable dynamic-cookie backend ghosts').answers, [/^No such backend/])
})

t.test('sessions are ended by a command', async t => {
  const { answers, server } = replies('2.6', 'shutdown sessions server nodes/s1')
  t.strictSame(answers, [''])
  t.equal(server('nodes', 's1')?.sessions, 0)
})
