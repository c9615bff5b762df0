import { until } from 'real-components'
import t from 'tap'
import { skip, startCluster } from './real-cluster.js'
import { undisturbed } from './undisturbed.js'

t.test(
  'half the cluster fails at once: its servers are removed, and no request fails',
  { skip },
  async t => {
    const made = await startCluster(t)
    const names = ['s1', 's2', 's3', 's4']
    const members = await Promise.all(names.map(name => made.member(name)))
    await made.pool(...names)
    await undisturbed(t, made, ['s3', 's4'], async () => {
      for (const { process: serf, application } of members.slice(0, 2)) {
        serf.kill('SIGKILL')
        await application.stop()
      }
      await until('the failed servers to be removed', async () => {
        const running = await made.servers()
        return running.length === 2
      })
    })
    t.equal(made.agent.state().mode, 'following')
    const third = members[2]
    third?.process.kill('SIGKILL')
    await third?.application.stop()
    await until('one more to be held', () => made.agent.state().mode === 'held')
    t.same(made.agent.state().held?.removals, [{ pool: 'nodes', member: 's3' }])
    t.equal(made.agent.acceptRemovals(), true)
    await made.pool('s4')
    await until('nothing to be held', () => made.agent.state().mode === 'following')
  },
)
