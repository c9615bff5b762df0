import type { RunningServer } from 'haproxy-runtime'
import t, { type Test } from 'tap'
import { serversInQuestion } from '../../src/haproxy/servers-in-question.js'
import { openPipeline } from '../../src/agent/pipeline.js'
import { noFlaps } from '../../src/decision/flap-damping.js'
import type { Memory } from '../../src/decision/member-memory.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'
import { runningServer as server } from '../sample-running-server.js'

const { signal } = new AbortController()

const memoryOf = (names: readonly string[], pools: readonly string[]): Memory => ({
  members: new Map(
    names.map(name => {
      const member = { name, address: '10.0.0.1', tags: {} }
      return [name, { member, pools, isAdmitted: true, flapState: noFlaps }]
    }),
  ),
})

/** Asks for members where a look finds some servers; counts the reads of all servers. */
async function ask(
  t: Test,
  found: readonly RunningServer[] | undefined,
  {
    pools = ['nodes'],
    names = ['s1'],
  }: { pools?: readonly string[]; names?: readonly string[] } = {},
) {
  const pipeline = await openPipeline(configurationIn(t.testdir()), undefined)
  let wholeReads = 0
  const servers = await serversInQuestion(
    {
      configuration: pipeline.configuration,
      runtime: {
        ...pipeline.runtime,
        servers: async () => {
          wholeReads++
          return [server('s1'), server('s2'), server('s3')]
        },
      },
      reloader: { look: async () => found },
    },
    memoryOf(['s1', 's2', 's3'], pools),
    names,
    signal,
  )
  return { names: [...(servers?.keys() ?? [])], wholeReads }
}

t.test('the asked server and another that is proven are enough', async t => {
  const found = await ask(t, [server('s1'), server('s2')])
  t.same(found, { names: ['s1', 's2'], wholeReads: 0 })
})

t.test('a server that is down needs no other one', async t => {
  const found = await ask(t, [server('s1', { health: 'down' })])
  t.same(found, { names: ['s1'], wholeReads: 0 })
})

for (const [why, found, pools] of [
  ['no other server is proven', [server('s1'), server('s2', { lastCheck: 'none' })]],
  ['the asked server is missing', [server('s2')]],
  ['the asked server is in a pool that was not read', [server('s1'), server('s2')], ['nodes', 'x']],
  ['it is not known what HAProxy runs', undefined],
] as const)
  t.test(`all servers are read where ${why}`, async t => {
    const all = await ask(t, found, pools && { pools })
    t.same(all, { names: ['s1', 's2', 's3'], wholeReads: 1 })
  })

t.test('all servers are read for more than a hundred members', async t => {
  const down = Array.from({ length: 101 }, (_, i) => server(`x${i}`, { health: 'down' }))
  const names = down.map(({ name }) => name)
  t.equal((await ask(t, down, { names: names.slice(1) })).wholeReads, 0)
  t.equal((await ask(t, down, { names })).wholeReads, 1)
})
