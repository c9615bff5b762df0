import { setTimeout as wait } from 'node:timers/promises'
import { freePort, until } from 'real-components'
import t from 'tap'
import { cutOffNetwork, noNamespaces } from './cut-off-network.js'
import { skip, startCluster } from './real-cluster.js'
import { isSoak, undisturbed } from './undisturbed.js'

/** Serf reconnects failed members by itself only after this time; the agent asks for it earlier. */
const reconnectInterval = '30s'
const mostToConvergeMs = isSoak ? 5000 : 20_000

t.test(
  'a load balancer that is cut off from its cluster removes no server, and converges when the network heals',
  { skip: skip || noNamespaces },
  async t => {
    const network = cutOffNetwork(t)
    const gossipPort = await freePort('127.0.0.1')
    const lbAt = { address: network.there, gossipPort, rpcPort: 7373 }
    const { within } = network
    const made = await startCluster(t, {
      lb: { at: lbAt, rpcAddress: network.thereStays, within, reconnectInterval },
    })
    const names = ['s1', 's2', 's3', 's4']
    for (const name of names) {
      const port = await freePort(network.here)
      const at = {
        address: network.here,
        gossipPort: await freePort(network.here),
        rpcPort: await freePort(network.here),
      }
      await made.member(name, { at, tags: { port: String(port) }, reconnectInterval })
    }
    await made.pool(...names)
    const standings = () => made.agent.state().members.filter(({ name }) => names.includes(name))
    await undisturbed(t, made, names, async () => {
      network.cut()
      await until('Serf to report them as failed', () =>
        standings().every(({ status }) => status === 'failed'),
      )
      if (isSoak) await wait(60_000)
      network.heal()
      const since = performance.now()
      await until('Serf to report them as alive', async () =>
        standings().every(({ status }) => status === 'alive'),
      )
      await until('the agent to converge', async () => {
        const servers = await made.servers()
        return (
          made.agent.state().mode === 'following' && servers.every(({ weight }) => weight === 100)
        )
      })
      const tookMs = performance.now() - since
      t.ok(tookMs <= mostToConvergeMs, `converged ${Math.round(tookMs)} ms after the cut healed`)
    })
    const told = made.events.filter(({ kind }) => kind === 'rejoin')
    t.equal(told.length, 1, 'one event reports the rejoin')
  },
)
