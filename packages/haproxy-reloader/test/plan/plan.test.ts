import t from 'tap'
import type { RunningServer } from 'haproxy-runtime'
import type { DesiredServer, DesiredState } from '../../src/plan/desired-state.js'
import { plan, type RunningState } from '../../src/plan/plan.js'
import { present } from '../running-server-record.js'

const desiredServer = (name: string, more: Partial<DesiredServer> = {}): DesiredServer => ({
  name,
  address: '10.0.0.1',
  port: 80,
  weight: 10,
  options: 'check',
  ...more,
})

const textWith = (servers: readonly DesiredServer[], head = 'defaults') =>
  [
    head,
    '  mode http',
    'backend nodes',
    '  balance roundrobin',
    ...servers.map(
      ({ name, address, port, weight, options }) =>
        `  server ${name} ${address}:${port} weight ${weight} ${options}`,
    ),
    '',
  ].join('\n')

const desire = (...servers: DesiredServer[]): DesiredState => ({
  text: textWith(servers),
  pools: [{ name: 'nodes', servers }],
})

/** The state of a HAProxy that loaded its servers from its file. */
const running = (
  servers: readonly RunningServer[],
  more: Partial<RunningState> = {},
): RunningState => ({
  text: textWith(servers.map(({ name }) => desiredServer(name))),
  servers,
  sessions: new Map(),
  overdue: new Set(),
  optionsBesideText: new Map(),
  replaced: new Set(),
  ...more,
})

const many = (count: number) => Array.from({ length: count }, (_, i) => desiredServer(`s${i}`))

t.test('a configuration that runs already is a noop', async t => {
  t.strictSame(plan(running([present('s1')]), desire(desiredServer('s1'))), {
    kind: 'noop',
    reason: 'HAProxy runs this already',
    operations: [],
    draining: [],
  })
})

t.test('the same members in another order are a noop', async t => {
  const state = running([present('s1'), present('s2')], {
    text: textWith([desiredServer('s1'), desiredServer('s2')]),
  })
  t.match(plan(state, desire(desiredServer('s2'), desiredServer('s1'))), {
    kind: 'noop',
    operations: [],
  })
})

t.test('a text that differs in more than servers is a reload', async t => {
  const state = running([present('s1')], {
    text: textWith([desiredServer('s1')], 'defaults\n  retries 3'),
  })
  t.strictSame(plan(state, desire(desiredServer('s1'))), {
    kind: 'reload',
    reason: 'the configuration differs in more than servers',
    trigger: 'text',
    operations: [],
    draining: [],
  })
})

t.test('a server with other options is a reload, and the reason names it', async t => {
  const state = running([present('s1')], {
    text: textWith([desiredServer('s1', { options: 'check inter 9s' })]),
  })
  t.match(plan(state, desire(desiredServer('s1'))), {
    kind: 'reload',
    reason: 'the options of nodes/s1 differ',
  })
})

t.test('another address and weight in the text are no other options', async t => {
  const text = textWith([desiredServer('s1', { address: '10.9.9.9', weight: 99 })])
  t.match(plan(running([present('s1')], { text }), desire(desiredServer('s1'))), { kind: 'noop' })
})

t.test('an unknown running text is a reload', async t => {
  t.match(plan(running([present('s1')], { text: undefined }), desire(desiredServer('s1'))), {
    kind: 'reload',
    reason: 'the configuration that HAProxy loaded is unknown',
  })
})

t.test('a pool that HAProxy lacks is a reload', async t => {
  t.match(plan(running([], { servers: undefined }), desire(desiredServer('s1'))), {
    kind: 'reload',
    reason: 'the running HAProxy lacks a pool of the configuration',
  })
})

t.test('a new server is added', async t => {
  const s2 = desiredServer('s2')
  t.strictSame(plan(running([present('s1')]), desire(desiredServer('s1'), s2)), {
    kind: 'runtime',
    reason: 'add nodes/s2',
    operations: [{ kind: 'add', pool: 'nodes', server: s2 }],
    draining: [],
  })
})

t.test('a server with another address or port has its address set', async t => {
  for (const elsewhere of [{ address: '10.0.0.2' }, { port: 81 }]) {
    const s1 = desiredServer('s1', elsewhere)
    const { reason, operations } = plan(running([present('s1')]), desire(s1))
    t.equal(reason, 'set-address nodes/s1')
    t.strictSame(operations, [{ kind: 'set-address', pool: 'nodes', server: s1 }])
  }
})

t.test('a server with another weight has its weight set, also to 0', async t => {
  for (const weight of [0, 20]) {
    const s1 = desiredServer('s1', { weight })
    const { reason, operations, draining } = plan(running([present('s1')]), desire(s1))
    t.equal(reason, `set-weight nodes/s1 ${weight}`)
    t.strictSame(operations, [{ kind: 'set-weight', pool: 'nodes', server: s1 }])
    t.strictSame(draining, [], 'a server that stays does not count as draining')
  }
})

const withWords = (options: string) => desiredServer('s1', { options })

t.test('a server with another maxconn has it set, where nothing else differs', async t => {
  const from = (words: string, more: Partial<RunningState> = {}) =>
    running([present('s1')], { text: textWith([withWords(words)]), ...more })
  const s1 = withWords('check maxconn 7')
  t.match(plan(from('check maxconn 5'), desire(s1)), {
    kind: 'runtime',
    reason: 'set-maxconn nodes/s1',
    operations: [{ kind: 'set-maxconn', pool: 'nodes', server: s1 }],
  })
  for (const [before, after] of [
    ['check', 'check maxconn 7'],
    ['check maxconn 7', 'check'],
    ['check maxconn 5', 'check maxconn 7 backup'],
    ['maxconn 5 minconn 2', 'maxconn 7 minconn 2'],
    ['cookie "[maxconn,5]" maxconn 5', 'cookie "[maxconn,7]" maxconn 5'],
  ] as const)
    t.match(plan(from(before), desire(withWords(after))), { kind: 'reload', trigger: 'options' })
  const inherited = new Map([['nodes', 'minconn 6']])
  t.match(plan(from('check maxconn 5', { inherited }), desire(s1)), { kind: 'reload' })
  t.match(plan({ ...from('check maxconn 5'), servers: [] }, desire(s1)), {
    operations: [{ kind: 'add' }],
  })
})

t.test('a health check that is off is started if the options have one', async t => {
  const off = running([present('s1', { checked: false })])
  t.match(plan(off, desire(desiredServer('s1'))), {
    reason: 'check nodes/s1',
    operations: [{ kind: 'check' }],
  })
  for (const options of ['', 'port 80 check-send-proxy check-sni check.example']) {
    const desired = desire(desiredServer('s1', { options }))
    t.match(plan({ ...off, text: desired.text }, desired), { kind: 'noop' })
  }
})

t.test('a server in maintenance, or drained by hand, is enabled', async t => {
  for (const admin of ['maint', 'drain'] as const) {
    t.match(plan(running([present('s1', { admin })]), desire(desiredServer('s1'))), {
      kind: 'runtime',
      reason: 'enable nodes/s1',
      operations: [{ kind: 'enable', pool: 'nodes' }],
    })
  }
})

t.test('weight and state belong to the agent of a server that is agent-checked', async t => {
  const desired = desire(desiredServer('s1', { options: 'agent-check agent-port 9' }))
  const state = (more: Partial<RunningServer>) =>
    running([present('s1', { checked: false, agentChecked: true, ...more })], {
      text: desired.text,
    })
  t.match(plan(state({ weight: 5 }), desired), { kind: 'noop' })
  t.match(plan(state({ admin: 'drain', weight: 0 }), desired), { kind: 'noop' })
  t.match(plan(state({ agentChecked: false, weight: 0 }), desired), {
    operations: [{ kind: 'agent-check', pool: 'nodes', server: { name: 's1' } }],
  })
  t.match(plan(state({ weight: 0 }), desire()), {
    operations: [{ kind: 'drain', name: 's1', agentChecked: true }],
    draining: ['nodes/s1'],
  })
})

t.test('one address in another notation is no difference', async t => {
  const desired = desire(desiredServer('s1', { address: '2001:DB8:0::12' }))
  const state = running([present('s1', { address: '2001:db8::12' })], { text: desired.text })
  t.match(plan(state, desired), { kind: 'noop' })
})

/** The state of a HAProxy with a drained server that its file lacks. */
const drained = (sessions: number | undefined, more: Partial<RunningState> = {}) =>
  running([present('s1', { weight: 0 })], {
    text: textWith([]),
    sessions: new Map(sessions === undefined ? [] : [['nodes/s1', sessions]]),
    ...more,
  })

t.test('a server that returns with other options is replaced once it is idle', async t => {
  const backup = desire(desiredServer('s1', { options: 'check backup' }))
  t.match(plan(drained(0), backup), { operations: [{ kind: 'replace', server: { name: 's1' } }] })
  for (const sessions of [1, undefined]) {
    t.match(plan(drained(sessions), backup), {
      kind: 'reload',
      trigger: 'options',
      reason: 'nodes/s1 runs with other options and may have clients',
    })
  }
  const same = drained(1, { optionsBesideText: new Map([['nodes/s1', '["check"] ["backup"]']]) })
  t.match(plan(same, backup), { operations: [{ kind: 'set-weight' }] })
})

/** The state of a HAProxy with a server that its file lacks. */
const unsaved = (more: Partial<RunningServer>) =>
  running([present('s1', more)], { text: textWith([]) })

t.test('two servers of one name are left to the check of a reload', async t => {
  const [s1, again] = [desiredServer('s1'), desiredServer('s1', { weight: 3 })]
  t.match(plan(running([present('s1')]), desire(s1, again)), {
    kind: 'reload',
    reason: 'the pools have two servers nodes/s1',
  })
})

t.test('a server that a killed process has just added is taken for that of its line', async t => {
  const desired = desire(desiredServer('s1', { options: 'check backup' }))
  t.match(plan(unsaved({}), desired), { kind: 'noop' })
  t.match(plan(unsaved({ admin: 'maint' }), desired), { operations: [{ kind: 'enable' }] })
  t.match(plan(unsaved({ initialWeight: 3, weight: 3 }), desired), {
    operations: [{ kind: 'set-weight' }],
  })
  for (const more of [{ initialWeight: 1 }, { weight: 1 }, { port: 81 }, { address: '10.9.9.9' }])
    t.match(plan(unsaved(more), desired), { kind: 'reload' }, JSON.stringify(more))
})

t.test('a server that was replaced from outside has other options', async t => {
  const state = running([present('s1')], { replaced: new Set(['nodes/s1']) })
  t.match(plan(state, desire(desiredServer('s1'))), { kind: 'reload', trigger: 'options' })
})

t.test('a server whose line has other options than its pool is added by a reload', async t => {
  const { text } = desire(desiredServer('s1', { options: 'check backup' }))
  const desired = { text, pools: [{ name: 'nodes', servers: [desiredServer('s1')] }] }
  t.match(plan(running([]), desired), {
    trigger: 'options',
    reason: 'nodes/s1 has other options on its line than in the pools',
  })
})

t.test('a server with an environment variable in its options is added by a reload', async t => {
  const desired = desire(desiredServer('s1', { options: 'sni "str($NAME)"' }))
  t.match(plan(running([]), desired), { kind: 'reload', trigger: 'options', reason: /environment/ })
})

t.test('health is not a difference: HAProxy itself changes it', async t => {
  t.match(plan(running([present('s1', { health: 'down' })]), desire(desiredServer('s1'))), {
    kind: 'noop',
  })
})

t.test('a server that is not desired is drained first', async t => {
  t.strictSame(plan(running([present('s1')]), desire()), {
    kind: 'runtime',
    reason: 'drain nodes/s1',
    operations: [{ kind: 'drain', pool: 'nodes', name: 's1', agentChecked: false }],
    draining: ['nodes/s1'],
  })
})

t.test('a drained server without sessions is removed', async t => {
  const state = running([present('s1', { weight: 0 })], { sessions: new Map([['nodes/s1', 0]]) })
  t.strictSame(plan(state, desire()), {
    kind: 'runtime',
    reason: 'remove nodes/s1',
    operations: [{ kind: 'remove', pool: 'nodes', name: 's1', cut: false }],
    draining: [],
  })
})

t.test('a drained server with sessions, or with an unknown number of them, stays', async t => {
  for (const sessions of [new Map([['nodes/s1', 1]]), new Map<string, number>()]) {
    t.match(plan(running([present('s1', { weight: 0 })], { sessions }), desire()), {
      kind: 'noop',
      operations: [],
      draining: ['nodes/s1'],
    })
  }
})

t.test('a drained server past its deadline is removed and its sessions are cut', async t => {
  const state = running([present('s1', { weight: 0 })], {
    sessions: new Map([['nodes/s1', 1]]),
    overdue: new Set(['nodes/s1']),
  })
  t.match(plan(state, desire()), {
    operations: [{ kind: 'remove', pool: 'nodes', name: 's1', cut: true }],
    draining: [],
  })
})

t.test(
  'a server in maintenance that is not desired is removed, and its sessions are cut only past the deadline',
  async t => {
    const servers = [present('s1', { admin: 'maint' })]
    t.match(plan(running(servers), desire()), { operations: [{ kind: 'remove', cut: false }] })
    t.match(plan(running(servers, { overdue: new Set(['nodes/s1']) }), desire()), {
      operations: [{ kind: 'remove', cut: true }],
    })
  },
)

t.test('a server that is desired again while it drains gets its weight back', async t => {
  const state = running([present('s1', { weight: 0 })], { sessions: new Map([['nodes/s1', 1]]) })
  t.match(plan(state, desire(desiredServer('s1'))), {
    reason: 'set-weight nodes/s1 10',
    operations: [{ kind: 'set-weight' }],
    draining: [],
  })
})

t.test('all differences of all pools are one plan, with every step in its reason', async t => {
  const desired: DesiredState = {
    text: 'backend a\nbackend b\n',
    pools: [
      { name: 'a', servers: [desiredServer('s1', { address: '10.0.0.9', weight: 1 })] },
      { name: 'b', servers: [desiredServer('s1')] },
    ],
  }
  const state = running(
    [present('s1', { pool: 'a', admin: 'maint' }), present('s2', { pool: 'a' })],
    {
      text: desired.text,
    },
  )
  t.equal(
    plan(state, desired).reason,
    'set-address a/s1, set-weight a/s1 1, enable a/s1, drain a/s2, add b/s1',
  )
})

t.test('servers of unmanaged pools are ignored', async t => {
  t.match(
    plan(running([present('s1'), present('x', { pool: 'other' })]), desire(desiredServer('s1'))),
    {
      kind: 'noop',
      draining: [],
    },
  )
})

t.test(
  'a burst that a reload would apply clearly faster is a reload, with both times in the reason',
  async t => {
    const present9100 = many(9100).map(({ name }) => present(name))
    t.match(plan(running([]), desire(...many(900))), { kind: 'runtime' })
    t.match(plan(running(present9100), desire(...many(9110))), { kind: 'runtime' })
    t.match(plan(running(present9100), desire(...many(10_000))), {
      kind: 'reload',
      reason: /^900 changes at run time would take some \d+ ms, a reload \d+ ms$/,
      operations: [],
    })
  },
)

t.test('options that a pool inherits count as those of its servers', async t => {
  const desired = desire(desiredServer('s1', { options: '' }))
  const state = (inherited: string, more: Partial<RunningServer>) =>
    running([present('s1', { checked: false, ...more })], {
      text: desired.text,
      inherited: new Map([['nodes', inherited]]),
    })
  t.match(plan(state('disabled', { admin: 'maint' }), desired), { kind: 'noop' })
  t.match(plan(state('check', {}), desired), { reason: 'check nodes/s1' })
  const byAgent = state('agent-check', { agentChecked: true, weight: 3 })
  t.match(plan(byAgent, desired), { kind: 'noop' })
})

t.test('a server that left the pools and not the text is not drained', async t => {
  const { text } = desire(desiredServer('s1'), desiredServer('s2'))
  const desired = { text, pools: desire(desiredServer('s1')).pools }
  t.match(plan(running([present('s1'), present('s2')], { text }), desired), { kind: 'noop' })
})

t.test('options that no command can have come by a reload', async t => {
  for (const options of ['cookie ""', 'cookie "<<"', 'check '.repeat(80)]) {
    const desired = desire(desiredServer('s1', { options }))
    t.match(plan(running([]), desired), { kind: 'reload', reason: /are no words of a command/ })
  }
})

t.test('a server whose address is a name is added by a reload, and stays', async t => {
  const desired = desire(desiredServer('s1', { address: 'localhost' }))
  t.match(plan(running([]), desired), { kind: 'reload', reason: /a name, which only a reload/ })
  const state = running([present('s1', { address: '127.0.0.1' })], { text: desired.text })
  t.match(plan(state, desired), { kind: 'noop' })
})
