import t from 'tap'
import { agentRoutes, notFound } from '../../src/http/agent-routes.js'
import type { HttpAnswer } from '../../src/http/http-answer.js'
import { fakeAgent, sampleTraffic } from '../fake-agent.js'
import { memberNamed, stateWith } from '../sample-state.js'

/** A fake agent, and the answers of the routes that match a request. */
function routed(facts: Parameters<typeof stateWith>[0] = {}) {
  const fake = fakeAgent(stateWith(facts))
  const routes = agentRoutes(fake.agent)
  const call = async (method: string, url: string): Promise<HttpAnswer | undefined> => {
    const { pathname, searchParams } = new URL(url, 'http://agent')
    const found = routes.filter(route => route.method === method && route.path.test(pathname))
    t.ok(found.length <= 1, `${method} ${url} has one route at most`)
    const parameters = (found[0]?.path.exec(pathname) ?? []).slice(1).map(decodeURIComponent)
    return found[0]?.answer(parameters, searchParams, 'full', 'a test')
  }
  return {
    ...fake,
    call,
    body: async (url: string) => JSON.parse(String((await call('GET', url))?.body)),
  }
}

t.test('the page and its files are served', async t => {
  const { call } = routed()
  t.match(await call('GET', '/'), { status: 200, type: /^text\/html/ })
  t.match(await call('GET', '/page/main.js'), { status: 200, type: /^text\/javascript/ })
  t.match(await call('GET', '/state/explanation.js'), { status: 200, type: /^text\/javascript/ })
  t.match(await call('GET', '/printable-name.js'), { status: 200, type: /^text\/javascript/ })
  t.match(await call('GET', '/page/none.js'), { status: 404 })
  t.match(await call('GET', '/state/none.js'), { status: 404 })
})

t.test('state, members, explanation and history are JSON', async t => {
  const { body } = routed({ members: [memberNamed('s1')] })
  t.match(await body('/state'), { mode: 'following', members: [{ name: 's1' }] })
  t.match(await body('/members'), [{ name: 's1' }])
  t.match(await body('/explain/a%2Fb'), { member: 'a/b' })
  t.same(await body('/history'), [])
  t.same(await body('/diff/3/4'), { difference: '3 4' })
  t.match(await body('/plan'), { mode: 'following', change: { kind: 'reload', trigger: 'text' } })
})

t.test(
  'a generation comes with the one before, and with its difference for a full view',
  async t => {
    const fake = fakeAgent()
    const [older, newer] = [3, 7].map(number => ({
      number,
      at: 1,
      cause: 's1 joined',
      via: 'reload' as const,
      plan: { reason: 'first', operations: [] },
      diff: `+server s${number}`,
      tookMs: 2,
    }))
    if (!older || !newer) throw new Error('two generations')
    fake.agent.generations = () => Promise.resolve([older, newer])
    const route = agentRoutes(fake.agent).find(({ path }) => path.test('/generation/7'))
    const ask = async (number: string, view: 'full' | 'open') => {
      const answer = await route?.answer([number], new URLSearchParams(), view, 'a test')
      return { status: answer?.status, body: JSON.parse(String(answer?.body)) }
    }
    const { diff, ...facts } = newer
    t.strictSame((await ask('7', 'full')).body, { generation: facts, before: 3, diff })
    t.strictSame((await ask('7', 'open')).body, { generation: facts, before: 3 })
    t.notOk('before' in (await ask('3', 'full')).body)
    const error = 'generation 9 is not kept: expected one of 3, 7, got 9'
    t.strictSame(await ask('9', 'full'), { status: 404, body: { error } })
  },
)

t.test('one hour of traffic is there for all pools, and for one', async t => {
  const { body } = routed()
  t.same(await body('/history/traffic'), sampleTraffic)
  const { pools, markers } = await body('/history/traffic?pool=web')
  t.same(pools, sampleTraffic.pools.slice(1))
  t.same(markers, sampleTraffic.markers)
  t.same((await body('/history/traffic?pool=ghosts')).pools, [])
})

t.test('metrics are Prometheus text', async t => {
  const answer = await routed().call('GET', '/metrics')
  t.equal(answer?.type, 'text/plain; version=0.0.4; charset=utf-8')
  t.match(answer?.body, /^serf_haproxy_generation 0$/m)
})

t.test('health is always 200, readiness only if the agent is ready', async t => {
  const ready = {
    outcome: {
      kind: 'unchanged' as const,
      plan: { kind: 'noop' as const, reason: '', operations: [], draining: [] },
    },
  }
  t.match(await routed(ready).call('GET', '/ready'), { status: 200 })
  t.match(await routed().call('GET', '/ready'), { status: 503 })
  const serf = { address: '127.0.0.1:7373', connected: false }
  t.match(await routed({ serf }).call('GET', '/health'), { status: 200, body: /degraded/ })
})

t.test('POST requests call the agent', async t => {
  const { call, done, set } = routed()
  t.match(await call('POST', '/ring'), { status: 202 })
  t.match(await call('POST', '/freeze?reason=a%20b'), { status: 200, body: /"mode"/ })
  t.match(await call('POST', '/freeze'), { status: 200 })
  t.match(await call('POST', '/thaw'), { status: 200 })
  t.match(await call('POST', '/accept'), { status: 409, body: /no removals are held/ })
  set({ held: { since: 1, reason: '', removals: [] } })
  t.match(await call('POST', '/accept'), { status: 200 })
  t.match(await call('POST', '/release'), { status: 200, body: /lb2/ })
  t.match(await call('POST', '/release?step=address'), { status: 200 })
  t.match(await call('POST', '/rollback/12'), { status: 200, body: /asked for 12/ })
  t.same(done, [
    'ring',
    'freeze a b',
    'freeze',
    'thaw',
    'accept',
    'release begin',
    'release address',
  ])
})

t.test('a generation is a number of at most nine digits', async t => {
  const { call } = routed()
  for (const url of ['/diff/1/x', '/diff/1', '/diff/-1/2', '/diff/1/1234567890'])
    t.equal(await call('GET', url), undefined, url)
  t.equal(await call('POST', '/rollback/1.5'), undefined)
})

t.test('each path has one method', async t => {
  const { call } = routed()
  for (const url of ['/state', '/members', '/metrics', '/health', '/ready', '/history', '/'])
    t.equal(await call('POST', url), undefined, url)
  for (const url of ['/ring', '/freeze', '/thaw', '/accept', '/rollback/1'])
    t.equal(await call('GET', url), undefined, url)
})

t.test('an unknown path is answered with 404 and the place of the list', async t => {
  t.match(notFound(), { status: 404, body: /^\{"error":"not found; docs\/operations\.md/ })
})
