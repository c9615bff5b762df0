import t from 'tap'
import { isNotYetRemovable, operationCommands } from '../../src/runtime/operation-commands.js'
import type { ServerOperation } from '../../src/plan/operation.js'
import { present } from '../running-server-record.js'

const server = { name: 's1', address: '10.0.0.1', port: 80, weight: 10, options: '' }
const none: ReadonlySet<string> = new Set()
const texts = (...operations: ServerOperation[]) =>
  operationCommands(operations, none, new Map()).map(({ command }) => command.text)

t.test(
  'a server is added, has its health check started if its options have one, and is enabled',
  async t => {
    t.strictSame(
      texts({ kind: 'add', pool: 'nodes', server: { ...server, options: 'check inter 1s' } }),
      [
        'add server nodes/s1 10.0.0.1:80 weight 10 check inter 1s',
        'enable health nodes/s1',
        'set server nodes/s1 state ready',
      ],
    )
    t.strictSame(texts({ kind: 'add', pool: 'nodes', server }), [
      'add server nodes/s1 10.0.0.1:80 weight 10',
      'set server nodes/s1 state ready',
    ])
  },
)

t.test('a server with weight 0 is added with it', async t => {
  t.match(texts({ kind: 'add', pool: 'nodes', server: { ...server, weight: 0 } }), [/ weight 0$/])
})

t.test('every other change is one command', async t => {
  t.strictSame(texts({ kind: 'set-address', pool: 'nodes', server }), [
    'set server nodes/s1 addr 10.0.0.1 port 80',
  ])
  t.strictSame(texts({ kind: 'set-weight', pool: 'nodes', server }), [
    'set server nodes/s1 weight 10',
  ])
  const limited = { ...server, options: 'check maxconn 7' }
  t.strictSame(texts({ kind: 'set-maxconn', pool: 'nodes', server: limited }), [
    'set maxconn server nodes/s1 7',
  ])
  t.strictSame(texts({ kind: 'check', pool: 'nodes', server }), ['enable health nodes/s1'])
  t.strictSame(texts({ kind: 'enable', pool: 'nodes', server }), [
    'set server nodes/s1 state ready',
  ])
  t.strictSame(texts({ kind: 'drain', pool: 'nodes', name: 's1', agentChecked: false }), [
    'set server nodes/s1 weight 0',
  ])
})

t.test('sessions are cut only on request, and before the server is deleted', async t => {
  t.strictSame(texts({ kind: 'remove', pool: 'nodes', name: 's1', cut: false }), [
    'set server nodes/s1 state maint',
    'del server nodes/s1',
  ])
  t.strictSame(texts({ kind: 'remove', pool: 'nodes', name: 's1', cut: true }), [
    'set server nodes/s1 state maint',
    'shutdown sessions server nodes/s1',
    'del server nodes/s1',
  ])
})

t.test('a name that could become a command is refused', async t => {
  const hostile = { ...server, name: 's1\nshutdown frontend web' }
  t.throws(() => texts({ kind: 'add', pool: 'nodes', server: hostile }), {
    code: 'unsafe-argument',
  })
})

t.test('only remaining connections delay a removal', async t => {
  t.ok(isNotYetRemovable('still-connected'))
  t.notOk(isNotYetRemovable('no-server'))
  t.notOk(isNotYetRemovable('not-in-maintenance'))
})

t.test('all servers are added before any is enabled, and other changes come last', async t => {
  const other = { ...server, name: 's2' }
  t.strictSame(
    texts(
      { kind: 'drain', pool: 'nodes', name: 's9', agentChecked: false },
      { kind: 'add', pool: 'nodes', server },
      { kind: 'add', pool: 'more', server: other },
    ),
    [
      'add server nodes/s1 10.0.0.1:80 weight 10',
      'add server more/s2 10.0.0.1:80 weight 10',
      'set server nodes/s1 state ready',
      'set server more/s2 state ready',
      'set server nodes/s9 weight 0',
    ],
  )
})

t.test('pools with dynamic cookies set them before a server is enabled', async t => {
  const operations: ServerOperation[] = [
    { kind: 'enable', pool: 'nodes', server },
    { kind: 'add', pool: 'more', server },
    { kind: 'set-weight', pool: 'third', server },
  ]
  const commands = operationCommands(operations, new Set(['nodes', 'more', 'third']), new Map())
  t.strictSame(
    commands.map(({ command }) => command.text),
    [
      'add server more/s1 10.0.0.1:80 weight 10',
      'enable dynamic-cookie backend nodes',
      'enable dynamic-cookie backend more',
      'set server more/s1 state ready',
      'set server nodes/s1 state ready',
      'set server third/s1 weight 10',
    ],
  )
})

t.test('an agent-check alone does not start a health check', async t => {
  const options = 'agent-check agent-port 9'
  t.strictSame(texts({ kind: 'add', pool: 'nodes', server: { ...server, options } }), [
    'add server nodes/s1 10.0.0.1:80 weight 10 agent-check agent-port 9',
    'enable agent nodes/s1',
    'set server nodes/s1 state ready',
  ])
})

t.test('a server that is replaced is removed before it is added', async t => {
  t.strictSame(
    texts({ kind: 'replace', pool: 'nodes', server: { ...server, options: 'backup' } }),
    [
      'set server nodes/s1 state maint',
      'del server nodes/s1',
      'add server nodes/s1 10.0.0.1:80 weight 10 backup',
      'set server nodes/s1 state ready',
    ],
  )
})

t.test(
  'an agent check is stopped before its server drains, and restored with the weight',
  async t => {
    t.strictSame(texts({ kind: 'drain', pool: 'nodes', name: 's1', agentChecked: true }), [
      'disable agent nodes/s1',
      'set server nodes/s1 weight 0',
    ])
    t.strictSame(texts({ kind: 'agent-check', pool: 'nodes', server }), [
      'set server nodes/s1 weight 10',
      'set server nodes/s1 state ready',
      'enable agent nodes/s1',
    ])
  },
)

t.test('a command of one operation names it, and every command its pool', async t => {
  const removal: ServerOperation = { kind: 'remove', pool: 'nodes', name: 's1', cut: false }
  const commands = operationCommands([removal], none, new Map())
  t.ok(commands.every(({ operation, pool }) => operation === removal && pool === 'nodes'))
})

t.test('a server that waits for its check is down before it can get a client', async t => {
  const waiting = new Map([['nodes/s1', present('s1', { admin: 'maint', initialWeight: 7 })]])
  const awaited = (operation: ServerOperation) =>
    operationCommands([operation], none, waiting).map(({ command }) => command.text)
  const ready = [
    'set server nodes/s1 weight 0%',
    'set server nodes/s1 state ready',
    'set server nodes/s1 health down',
    'set server nodes/s1 weight 100%',
  ]
  t.strictSame(awaited({ kind: 'add', pool: 'nodes', server: { ...server, options: 'check' } }), [
    'add server nodes/s1 10.0.0.1:80 weight 10 check',
    'enable health nodes/s1',
    ...ready,
  ])
  t.strictSame(awaited({ kind: 'set-address', pool: 'nodes', server }), [
    'set server nodes/s1 health down',
    'set server nodes/s1 addr 10.0.0.1 port 80',
  ])
  t.strictSame(awaited({ kind: 'enable', pool: 'nodes', server }), [
    ...ready,
    'set server nodes/s1 weight 10',
  ])
  t.strictSame(awaited({ kind: 'enable', pool: 'nodes', server: { ...server, weight: 7 } }), ready)
})
