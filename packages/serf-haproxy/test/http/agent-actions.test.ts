import t from 'tap'
import { agentActions } from '../../src/http/agent-actions.js'
import { fakeAgent } from '../fake-agent.js'

/** A fake agent, and the actions over HTTP as a client at `by` asks for them. */
function acting() {
  const fake = fakeAgent()
  const routes = agentActions(fake.agent)
  const post = async (url: string) => {
    const { pathname, searchParams } = new URL(url, 'http://agent')
    const route = routes.find(({ path }) => path.test(pathname))
    const parameters = (route?.path.exec(pathname) ?? []).slice(1)
    return route?.answer(parameters, searchParams, 'full', '127.0.0.9 (ann)')
  }
  return { ...fake, post, entries: () => fake.agent.events.entries() }
}

t.test('each action is an entry with its origin, its reason and its result', async t => {
  const { post, entries, set } = acting()
  await post('/freeze?reason=an%20upgrade')
  await post('/thaw')
  await post('/accept')
  set({ held: { since: 1, reason: '', removals: [] } })
  await post('/accept')
  await post('/rollback/12')
  const by = '127.0.0.9 (ann)'
  t.match(entries(), [
    { kind: 'action', action: 'freeze', reason: 'an upgrade', by, result: 'done' },
    { kind: 'action', action: 'thaw', by, result: 'done' },
    { kind: 'action', action: 'accept', by, result: 'no removals are held' },
    { kind: 'action', action: 'accept', by, result: 'done' },
    { kind: 'action', action: 'rollback', target: '12', by, result: 'done' },
  ])
  t.notOk(
    entries().some(
      entry => 'reason' in entry && entry.kind === 'action' && entry.action !== 'freeze',
    ),
  )
})

t.test('an action that fails is an entry with the error, without a report of HAProxy', async t => {
  const { post, entries, agent } = acting()
  agent.rollback = () => Promise.reject(new Error('no generation 12 is kept'))
  await t.rejects(post('/rollback/12') ?? Promise.resolve(), /no generation 12/)
  agent.rollback = () => Promise.resolve({ kind: 'rejected', report: 'a line of a configuration' })
  t.match(await post('/rollback/12'), { status: 200, body: /a line of a configuration/ })
  agent.rollback = () =>
    Promise.resolve({ kind: 'rolled-back', cause: 'x', restored: true } as never)
  await post('/rollback/12')
  t.match(entries(), [
    { result: 'no generation 12 is kept' },
    { result: 'HAProxy rejected the generation' },
    { result: 'the change was rolled back' },
  ])
})

t.test(
  'a drain names its member and its reason, and one that is not possible is refused',
  async t => {
    const { post, entries, agent, done } = acting()
    t.match(await post('/drain/s1?reason=an%20upgrade'), { status: 200, body: /"drained":/ })
    t.match(await post('/undrain/s1'), { status: 200 })
    t.same(done, ['drain s1 an upgrade', 'undrain s1'])
    agent.drain = () => Promise.resolve(false)
    agent.undrain = () => Promise.resolve(false)
    t.match(await post('/drain/s9'), { status: 404, body: /unknown member/ })
    t.match(await post('/undrain/s9'), { status: 409, body: /no operator drains/ })
    t.match(entries(), [
      { action: 'drain', target: 's1', reason: 'an upgrade', result: 'done' },
      { action: 'undrain', target: 's1', result: 'done' },
      { action: 'drain', target: 's9', result: /unknown member/ },
      { action: 'undrain', target: 's9', result: /no operator/ },
    ])
  },
)

t.test('a request to read the members is no action of an operator', async t => {
  const { post, entries, done } = acting()
  t.match(await post('/ring'), { status: 202 })
  t.same(done, ['ring'])
  t.same(entries(), [])
})
