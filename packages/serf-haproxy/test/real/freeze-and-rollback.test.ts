import { createRuntimeClient } from 'haproxy-runtime'
import { until } from 'real-components'
import t from 'tap'
import { skip, startCluster } from './real-cluster.js'

t.test(
  'a frozen agent applies nothing, a rollback pins a generation, and a thaw applies changes again',
  { skip },
  async t => {
    const made = await startCluster(t)
    const { agent } = made
    await made.member('s1')
    await made.pool('s1')
    await agent.freeze('maintenance')
    await made.member('s2')
    await until('s2 to be decided on', () =>
      agent.state().members.some(({ name, standing }) => name === 's2' && standing === 'serving'),
    )
    t.same(
      (await made.servers()).map(({ name }) => name),
      ['s1'],
    )
    t.match(agent.state(), { mode: 'frozen', frozen: { reason: 'maintenance' } })
    t.match(await agent.plan(), {
      kind: 'runtime',
      operations: [{ kind: 'add', server: 's2' }],
      difference: /^\+  server s2 /m,
    })
    await agent.thaw()
    await made.pool('s1', 's2')
    const generations = await until('the generation after the thaw', async () => {
      const kept = await agent.generations()
      return kept.at(-1)?.cause.startsWith('thawed') && kept
    })
    const first = generations.at(-2)
    const outcome = await agent.rollback(first?.number ?? 0)
    t.equal(outcome.kind, 'applied')
    await made.pool('s1')
    t.match(agent.state(), { mode: 'frozen', frozen: { generation: first?.number } })
    await t.rejects(agent.rollback(999), { code: 'unknown-generation' })
    t.match(await agent.diff(first?.number ?? 0, (first?.number ?? 0) + 1), /\+  server s2 /)
    await agent.thaw()
    await made.pool('s1', 's2')
    t.match(agent.explain('s2').now, /^s2 is serving in nodes/)
    // Its check passes some milliseconds after it joined.
    await until('each rule to hold', () => agent.explain('s2').rules.every(({ holds }) => holds))
    const { times } = await until('its first health', () => {
      const explanation = agent.explain('s2')
      return explanation.times.firstHealthy !== undefined && explanation
    })
    t.ok((times.seen ?? 0) <= (times.admitted ?? 0))
    t.match(agent.explain('unknown-member').now, /unknown/)
    t.ok(
      agent
        .explain('lb')
        .rules.some(
          ({ rule, holds, found }) => rule === 'nodes: tag role' && !holds && found === 'balancer',
        ),
    )
    await made.member('s3')
    await made.pool('s1', 's2', 's3')
    await until('the join to be timed', () => agent.state().latency.count > 0)
    const runtime = createRuntimeClient({ socket: made.place.runtimeSocket })
    const { pid } = await runtime.info()
    await until('the worker to be seen', () => agent.state().haproxy.pid === pid)
  },
)
