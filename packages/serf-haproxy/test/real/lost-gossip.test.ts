import { setTimeout as wait } from 'node:timers/promises'
import { endProcess, startSerfAgent, until } from 'real-components'
import t from 'tap'
import { key, skip, startCluster } from './real-cluster.js'
import { isSoak, undisturbed } from './undisturbed.js'

t.test(
  'the load balancer’s Serf agent is killed and restarts with an empty member list: no server is removed',
  { skip },
  async t => {
    const made = await startCluster(t)
    const { lb } = made
    const s1 = await made.member('s1')
    const s2 = await made.member('s2')
    await made.pool('s1', 's2')
    await undisturbed(t, made, ['s1', 's2'], async () => {
      // The members would rejoin the new agent before its empty list is read.
      for (const each of [s1, s2]) each.process.kill('SIGSTOP')
      await endProcess(lb.process)
      await until('the agent to notice', () => !made.agent.state().serf.connected)
      const before = { name: 'lb', key, rpcKey: 'only for this test', tags: { role: 'balancer' } }
      const blank = await startSerfAgent(t, { ...before, at: lb })
      await until('the agent to be connected again', () => made.agent.state().serf.connected)
      await until('the members to be missed', () =>
        made.agent.state().members.some(({ status }) => status === 'absent'),
      )
      await endProcess(blank.process)
      for (const each of [s1, s2]) each.process.kill('SIGCONT')
      await startSerfAgent(t, { ...before, at: lb, seeds: [s1] })
      await until('all members to be alive again', () => {
        const { members } = made.agent.state()
        return ['s1', 's2'].every(
          name => members.find(each => each.name === name)?.status === 'alive',
        )
      })
    })
  },
)

t.test('gossip of all backends freezes at once: no server loses traffic', { skip }, async t => {
  const made = await startCluster(t)
  const names = ['s1', 's2', 's3']
  const members = await Promise.all(names.map(name => made.member(name)))
  await made.pool(...names)
  const all = () => made.agent.state().members.filter(({ name }) => names.includes(name))
  await undisturbed(t, made, names, async () => {
    for (const each of members) each.process.kill('SIGSTOP')
    await until('Serf to report them as failed', () =>
      all().every(({ status }) => status === 'failed'),
    )
    await until('HAProxy’s checks to keep them', () =>
      all().every(({ standing }) => standing === 'kept-by-health'),
    )
    if (isSoak) await wait(50_000)
    for (const each of members) each.process.kill('SIGCONT')
    await until('all members to be alive again', () =>
      all().every(({ status }) => status === 'alive'),
    )
  })
})
