import { until } from 'real-components'
import type { BalancerNetwork, ClientRequest } from './balancer-network.js'
import { oneHolder, stuckClients, type Balancer } from './balancer-nodes.js'

/** Time between two requests of the clients. */
const everyMs = 20
/** Number of answers in a second. */
const secondOfAnswers = 50

/** A cause for which the address moves, or would without the balancers. */
interface Cause {
  readonly name: string
  /** Disturbs the balancer that has the address. */
  readonly disturb: (holder: Balancer) => unknown
  /** Repairs it; without it, the balancer stays away. */
  readonly repair?: (holder: Balancer) => unknown
  /** Set if the address stays where it is. */
  readonly stays?: true
}

/** The losses of the clients from one cause. */
interface Losses {
  readonly cause: string
  readonly requests: number
  readonly lost: number
  /** Longest time between two answers, in milliseconds; the clients ask every 20 ms. */
  readonly longestGapMs: number
  /** Balancer that had the address, and the one that has it in the end. */
  readonly from: string
  readonly to: string
  /** Servers that answered: one, because of the stick table. */
  readonly servers: number
}

/** Disturbs the holder under load, repairs it, and returns what the clients lost. */
export async function failOver(
  network: BalancerNetwork,
  balancers: readonly Balancer[],
  { name: cause, disturb, repair, stays }: Cause,
): Promise<Losses> {
  const holder = await oneHolder(balancers)
  const others = balancers.filter(balancer => balancer !== holder)
  const load = await network.load(everyMs)
  await until('the client in each stick table', async () => {
    const counts = await Promise.all(balancers.map(stuckClients))
    return counts.every(count => count > 0)
  })
  await disturb(holder)
  if (!stays)
    await until('another holder', () => others.filter(other => other.hasAddress()).length === 1)
  await load.answered(secondOfAnswers)
  await repair?.(holder)
  const left = repair || stays ? balancers : others
  const { name: to } = await oneHolder(left)
  await load.answered(secondOfAnswers)
  return { cause, from: holder.name, to, ...lossesIn(await load.end()) }
}

function lossesIn(requests: readonly ClientRequest[]) {
  const good = requests.filter(([, , , isOk]) => isOk)
  const ends = good.map(([at, ms]) => at + ms).toSorted((a, b) => a - b)
  const gaps = ends.slice(1).map((end, i) => end - (ends[i] ?? end))
  return {
    requests: requests.length,
    lost: requests.length - good.length,
    longestGapMs: Math.max(0, ...gaps),
    servers: new Set(good.map(([, , answer]) => answer)).size,
  }
}

const killHaproxy = ({ haproxy }: Balancer) => haproxy.kill('SIGKILL')

/** The causes, by name. */
export const causes = {
  handOver: { name: 'orderly hand-over', disturb: ({ command }) => command('release') },
  haproxyKilled: { name: 'HAProxy killed', disturb: killHaproxy },
  agentKilled: {
    name: 'agent alone killed',
    disturb: ({ agent }) => agent.kill('SIGKILL'),
    stays: true,
  },
  powerCut: {
    name: 'power cut',
    disturb: holder => {
      holder.link('down')
      holder.signal('SIGKILL')
    },
  },
  cablePulled: {
    name: 'cable pulled, and plugged in again',
    disturb: holder => holder.link('down'),
    repair: holder => holder.link('up'),
  },
  frozen: {
    name: 'all processes frozen, and continued',
    disturb: holder => holder.signal('SIGSTOP'),
    repair: holder => holder.signal('SIGCONT'),
  },
} satisfies Record<string, Cause>
