import t from 'tap'
import { isNotYetRemovable, operationCommands } from '../src/runtime/operation-commands.js'
import type { Operation } from '../src/plan/plan.js'

const server = { name: 's1', address: '10.0.0.1', port: 80, weight: 10, options: '' }
const texts = (operation: Operation) => operationCommands(operation).map(({ text }) => text)

t.test('a server is added, checked where its options say so, and made ready', async t => {
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
})

t.test('a draining server is added as such', async t => {
  t.match(texts({ kind: 'add', pool: 'nodes', server: { ...server, weight: 0 } }), [/ weight 0$/])
})

t.test('every other change is one command', async t => {
  t.strictSame(texts({ kind: 'move', pool: 'nodes', server }), [
    'set server nodes/s1 addr 10.0.0.1 port 80',
  ])
  t.strictSame(texts({ kind: 'weigh', pool: 'nodes', server }), ['set server nodes/s1 weight 10'])
  t.strictSame(texts({ kind: 'check', pool: 'nodes', server }), ['enable health nodes/s1'])
  t.strictSame(texts({ kind: 'ready', pool: 'nodes', server }), ['set server nodes/s1 state ready'])
  t.strictSame(texts({ kind: 'drain', pool: 'nodes', name: 's1' }), [
    'set server nodes/s1 weight 0',
  ])
})

t.test('sessions are cut only where they are to be, and before the server is deleted', async t => {
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

t.test('a name that could become a command makes none', async t => {
  const hostile = { ...server, name: 's1\nshutdown frontend web' }
  t.throws(() => texts({ kind: 'add', pool: 'nodes', server: hostile }), {
    code: 'unsafe-argument',
  })
})

t.test('only connections that are left make a removal wait', async t => {
  t.ok(isNotYetRemovable('still-connected'))
  t.notOk(isNotYetRemovable('no-server'))
  t.notOk(isNotYetRemovable('not-in-maintenance'))
})
