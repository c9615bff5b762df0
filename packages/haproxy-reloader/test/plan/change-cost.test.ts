import t from 'tap'
import { commandMs, operationMs, reloadMs } from '../../src/plan/change-cost.js'

t.test('every command costs more in a larger pool', async t => {
  for (const text of ['add server nodes/s1 10.0.0.1:80', 'del server nodes/s1', 'set server x']) {
    t.ok(commandMs(text, 0) > 0, text)
    t.ok(commandMs(text, 10_000) > commandMs(text, 10), text)
  }
})

t.test('adding costs more than deleting, and deleting more than setting', async t => {
  for (const servers of [0, 100, 10_000]) {
    const [add = 0, remove = 0, set = 0] = ['add server a', 'del server a', 'set server a'].map(
      text => commandMs(text, servers),
    )
    t.ok(add > remove && remove > set, `${servers} servers`)
  }
})

t.test('an operation costs as much as its commands', async t => {
  const add = commandMs('add server a', 500)
  const set = commandMs('set server a', 500)
  t.equal(operationMs('add', 500), add + 2 * set)
  t.equal(operationMs('remove', 500), commandMs('del server a', 500) + set)
  t.equal(operationMs('set-weight', 500), set)
})

t.test('one change is cheaper than a reload, at any size', async t => {
  for (const servers of [0, 1000, 100_000])
    t.ok(operationMs('add', servers) < reloadMs(servers), `${servers} servers`)
})
