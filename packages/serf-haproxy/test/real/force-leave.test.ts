import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { setTimeout as wait } from 'node:timers/promises'
import { until } from 'real-components'
import t from 'tap'
import { rpcKey, skip, startCluster, type RealCluster } from './real-cluster.js'
import { undisturbed } from './undisturbed.js'

const run = promisify(execFile)
const more = 'guard: { minServers: 0 }\nleavingGraceMs: 2000'

/** Sends `serf force-leave` for each of these members, in turn. */
async function forceLeave({ lb }: RealCluster, names: readonly string[]): Promise<void> {
  const rpc = [`-rpc-addr=${lb.address}:${lb.rpcPort}`, `-rpc-auth=${rpcKey}`]
  for (const name of names) await run('serf', ['force-leave', ...rpc, name])
}

/** Resolves when each of these servers has the weight that it had at first. */
async function initialWeights(made: RealCluster, names: readonly string[]): Promise<void> {
  await until(`the first weights of ${names.join(', ')}`, async () => {
    const servers = await made.servers()
    return names.every(name =>
      servers.some(each => each.name === name && each.weight === each.initialWeight),
    )
  })
}

t.test(
  'force-leave of every living member, again and again, fails no request',
  { skip },
  async t => {
    const made = await startCluster(t, { more })
    const names = ['s1', 's2', 's3']
    await Promise.all(names.map(name => made.member(name)))
    await initialWeights(made, names)
    await undisturbed(t, made, names, async () => {
      for (let round = 0; round < 14; round++) {
        await forceLeave(made, names)
        await wait(150)
      }
      await initialWeights(made, names)
    })
    const held = made.events.find(({ kind }) => kind === 'held')
    t.match(held?.text, /held: no other server of pool nodes is healthy in HAProxy/)
  },
)
