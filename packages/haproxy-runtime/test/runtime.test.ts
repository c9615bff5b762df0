import { until } from 'real-components'
import t from 'tap'
import { addServer, setReady, setWeight } from '../src/commands/runtime-command.js'
import { createRuntimeClient } from '../src/runtime.js'
import { fakeHaproxySocket } from './fake-haproxy-socket.js'

/** Replies as HAProxy sends them in prompt mode. */
const prompted = (...replies: string[]) => `\n> ${replies.map(reply => `${reply}\n> `).join('')}`

t.test('a batch goes out in one write, and each command gets its own reply', async t => {
  const haproxy = await fakeHaproxySocket(t, connection =>
    connection.end(prompted('New server registered.\n', '', 'No such server.\n')),
  )
  const results = await createRuntimeClient({ socket: haproxy.path }).batch([
    addServer('nodes', 's1', '10.0.0.1', 80),
    setReady('nodes', 's1'),
    setWeight('nodes', 's9', 1),
  ])
  t.strictSame(haproxy.requests, [
    'prompt\nadd server nodes/s1 10.0.0.1:80\nset server nodes/s1 state ready\n' +
      'set server nodes/s9 weight 1\nquit\n',
  ])
  t.strictSame(results, [
    {
      command: 'add server nodes/s1 10.0.0.1:80',
      done: true,
      meaning: 'done',
      reply: 'New server registered.',
    },
    { command: 'set server nodes/s1 state ready', done: true, meaning: 'done', reply: '' },
    {
      command: 'set server nodes/s9 weight 1',
      done: false,
      meaning: 'no-server',
      reply: 'No such server.',
    },
  ])
})

t.test('an empty batch and an empty list of pools open no connection', async t => {
  const runtime = createRuntimeClient({ socket: '/nonexistent/haproxy.sock' })
  t.strictSame(await runtime.batch([]), [])
  t.strictSame(await runtime.servers([]), [])
})

t.test(
  'too few replies, or replies that cannot be paired with the commands, are an error',
  async t => {
    const answers = [
      ['one too few', 'unreachable', prompted('')],
      ['a last one cut off', 'unreachable', '\n> \n> '],
      ['nothing', 'unreachable', ''],
      ['one too many', 'protocol', prompted('', '', '')],
      ['no prompt', 'protocol', 'Permission denied\n'],
    ] as const
    for (const [what, code, answer] of answers) {
      const haproxy = await fakeHaproxySocket(t, connection => connection.end(answer))
      const batch = createRuntimeClient({ socket: haproxy.path }).batch([
        setReady('nodes', 's1'),
        setReady('nodes', 's2'),
      ])
      await t.rejects(batch, { name: 'HaproxyError', code }, what)
    }
  },
)

t.test('a pool that could become a command is refused before HAProxy is asked', async t => {
  const runtime = createRuntimeClient({ socket: '/nonexistent/haproxy.sock' })
  await t.rejects(runtime.servers(['nodes', 'a\ndisable frontend web']), {
    code: 'unsafe-argument',
  })
})

t.test('one unknown pool among known ones is refused by its name', async t => {
  const state =
    '1\n# be_id be_name srv_id srv_name srv_addr srv_port srv_op_state srv_admin_state srv_uweight ' +
    'srv_iweight srv_check_status srv_check_health srv_check_state srv_agent_state srv_use_ssl srv_check_port\n'
  const haproxy = await fakeHaproxySocket(t, connection =>
    connection.end(prompted(state, "Can't find backend.")),
  )
  const servers = createRuntimeClient({ socket: haproxy.path }).servers(['nodes', 'ghosts'])
  await t.rejects(servers, { name: 'HaproxyError', code: 'refused', message: /no backend ghosts/ })
})

t.test('the client has a timeout, and a call may set its own', async t => {
  const haproxy = await fakeHaproxySocket(t, () => {})
  const runtime = createRuntimeClient({ socket: haproxy.path, timeoutMs: 30 })
  await t.rejects(runtime.info(), { code: 'timeout', message: /within 30 ms/ })
  await t.rejects(runtime.statistics({ timeoutMs: 40 }), {
    code: 'timeout',
    message: /within 40 ms/,
  })
})

t.test('an abort reaches every call', async t => {
  const haproxy = await fakeHaproxySocket(t, () => {})
  const runtime = createRuntimeClient({ socket: haproxy.path })
  const controller = new AbortController()
  const calls: Promise<unknown>[] = [
    runtime.info({ signal: controller.signal }),
    runtime.servers(['nodes'], { signal: controller.signal }),
    runtime.statistics({ signal: controller.signal }),
    runtime.batch([setReady('nodes', 's1')], { signal: controller.signal }),
  ]
  const rejected = Promise.all(calls.map(call => t.rejects(call, { message: 'enough' })))
  // The queries of one turn go together.
  await until('all requests', () => haproxy.requests.length === 2)
  controller.abort(new Error('enough'))
  await rejected
  await until('the connections to close', () => haproxy.open() === 0)
})
