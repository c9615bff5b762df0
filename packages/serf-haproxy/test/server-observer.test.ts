import { getEventListeners } from 'node:events'
import { until } from 'real-components'
import t from 'tap'
import { expectNewServers } from '../src/expect-new-servers.js'
import { observeServers, recordFirst, type FirstSeen } from '../src/server-observer.js'
import { scriptedAgent, serverNamed, stateWith } from './scripted-agent.js'

const server = (name: string, facts: Partial<Figures> = {}): Figures => ({
  pool: 'nodes',
  name,
  sessions: 0,
  queued: 0,
  totalSessions: 0,
  connectionErrors: 0,
  responseErrors: 0,
  serverErrors: 0,
  check: 'L7OK',
  status: 'UP',
  ...facts,
})
type Figures = Parameters<typeof recordFirst>[1]['servers'][number]

t.test('what is seen first is kept, and forgotten with the server', async t => {
  const seen = new Map<string, FirstSeen>()
  recordFirst(seen, { at: 1, servers: [server('s1', { check: '', status: 'UP 1/3' })] })
  t.same(seen.get('nodes/s1'), {}, 'up before its first check is no finding')
  recordFirst(seen, { at: 2, servers: [server('s1')] })
  t.same(seen.get('nodes/s1'), { firstHealthy: 2 })
  recordFirst(seen, { at: 3, servers: [server('s1', { status: 'DOWN', totalSessions: 4 })] })
  recordFirst(seen, { at: 4, servers: [server('s1', { totalSessions: 9 }), server('s2')] })
  t.same(seen.get('nodes/s1'), { firstHealthy: 2, firstRequest: 3 })
  recordFirst(seen, { at: 5, servers: [server('s2', { status: 'no check', check: '' })] })
  t.same([...seen.keys()], ['nodes/s2'])
})

t.test('nothing is asked until somebody wants to know, nor after', async t => {
  let looks = 0
  let figures = [server('s1', { check: '' })]
  const statistics = () => {
    looks++
    return Promise.resolve(figures)
  }
  const options = { pools: () => ['nodes'], watchMs: 5, expectMs: 5, patienceMs: 60_000 }
  const observer = observeServers({ runtime: { statistics }, ...options })
  t.equal(observer.latest(), undefined)
  t.equal(looks, 0)
  const [one, two] = [observer.watch(), observer.watch()]
  await until('figures', () => observer.latest())
  one[Symbol.dispose]()
  one[Symbol.dispose]()
  const before = looks
  await until('more figures for the other', () => looks > before + 2)
  two[Symbol.dispose]()
  await until('the looks to end', () => observer.latest() === undefined)

  observer.expect([{ pool: 'nodes', name: 's1' }])
  await until('a look for it', () => observer.latest())
  figures = [server('s1', { totalSessions: 1 })]
  await until('all of it seen', () => observer.latest() === undefined)
  t.match(observer.firstSeen('nodes', 's1'), { firstHealthy: Number, firstRequest: Number })
  figures = [server('s1', { check: '' })]
  observer.expect([{ pool: 'nodes', name: 's1' }])
  t.same(observer.firstSeen('nodes', 's1'), {}, 'another of that name begins anew')
  await observer.close()
})

t.test('patience ends, and a HAProxy that is away is no error', async t => {
  const options = { pools: () => ['nodes'], expectMs: 5, patienceMs: 30 }
  let looks = 0
  const observer = observeServers({
    runtime: {
      statistics: () => {
        looks++
        return Promise.reject(new Error('away'))
      },
    },
    ...options,
  })
  observer.expect([{ pool: 'nodes', name: 's1' }])
  await until('some looks', () => looks > 1)
  t.equal(observer.latest(), undefined)
  await observer.close()
})

t.test('the servers that an outcome brought are waited for, each once', async t => {
  const { agent, add, set } = scriptedAgent(stateWith())
  const expected: string[][] = []
  const stop = new AbortController()
  const following = expectNewServers(
    agent,
    { expect: servers => expected.push([...servers].map(({ pool, name }) => `${pool}/${name}`)) },
    { signal: stop.signal },
  )
  const plan = { kind: 'runtime' as const, reason: '', operations: [], draining: [] }
  const outcome = {
    kind: 'applied' as const,
    via: 'runtime' as const,
    generation: 1,
    plan,
    tookMs: 1,
  }
  const serve = (...names: string[]) => {
    set({ pools: [{ name: 'nodes', servers: names.map(name => serverNamed(name)) }] })
    add({ kind: 'outcome', outcome, cause: '', text: '' })
  }
  serve('s1')
  await until('the first', () => expected.length === 1)
  serve('s1', 's2')
  await until('the second', () => expected.length === 2)
  t.same(expected, [['nodes/s1'], ['nodes/s2']])
  stop.abort()
  await following
  t.equal(getEventListeners(stop.signal, 'abort').length, 0)
})
