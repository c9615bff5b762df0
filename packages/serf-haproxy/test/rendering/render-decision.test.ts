import t from 'tap'
import { decide } from '../../src/decision/decide.js'
import type { Facts, ServerFacts } from '../../src/decision/evaluate-member.js'
import { noMemory, withAccepted, type Memory } from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'
import { printedPools } from '../../src/rendering/printed-servers.js'
import { renderDecision } from '../../src/rendering/render-decision.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { smallestConfiguration } from './smallest-configuration.js'

const proven: ServerFacts = { health: 'up', provenIn: ['nodes'] }
const down: ServerFacts = { health: 'down', provenIn: [] }

const renderer = await openRenderer(
  smallestConfiguration({
    guard: { maxLostShare: 1, minServers: 0, windowMs: 1000 },
    frontends: [],
    pools: [
      {
        name: 'nodes',
        tags: { role: 'web' },
        port: { tag: 'port', default: 80 },
        weight: { tag: 'weight', default: 100 },
        networks: ['10.0.0.0/8'],
      },
    ],
  }),
)

interface Member {
  readonly address?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** Decides and renders one more round of members that are alive in Serf. */
function round(
  memory: Memory,
  members: Readonly<Record<string, Member>>,
  servers?: Readonly<Record<string, ServerFacts>>,
) {
  const entries = Object.entries(members).map(([name, { address, tags }], i) => {
    const at = { address: address ?? `10.0.0.${i + 1}`, port: 7946 }
    return [
      name,
      { name, status: 'alive' as const, ...at, tags: { role: 'web', ...tags } },
    ] as const
  })
  const facts: Facts = {
    membership: { members: new Map(entries), suspects: new Set(), connected: true },
    servers: servers && new Map(Object.entries(servers)),
    wallTime: 7,
  }
  const decided = decide(memory, facts, renderer.rules, 1000)
  const { decision, rendering } = renderDecision(renderer, decided, memory, facts)
  const pool = rendering.rendered.pools.find(({ name }) => name === 'nodes')
  return {
    decision,
    weights: Object.fromEntries(pool?.servers.map(({ name, weight }) => [name, weight]) ?? []),
    memory: withPools(decision.memory, printedPools(rendering)),
  }
}

const { memory: both } = round(noMemory, { s1: {}, s2: {} })

/** Each change of s1 that takes it out of its pool, and the weights where s2 is healthy. */
const slips: readonly [string, Member, Readonly<Record<string, number>>][] = [
  ['a tag that no pool selects', { tags: { role: 'wbe' } }, { s2: 100 }],
  ['an invalid port', { tags: { port: 'x' } }, { s2: 100 }],
  ['the weight 0', { tags: { weight: '0' } }, { s1: 0, s2: 100 }],
  ['an address outside the networks', { address: '192.0.2.1' }, { s2: 100 }],
]

t.test(
  'a member whose tags or address leave its pool stays as it was while it is the last healthy one',
  async t => {
    for (const [what, slip, ordinary] of slips) {
      const members = { s1: slip, s2: {} }
      t.same(round(both, members, { s1: proven, s2: proven }).weights, ordinary, what)
      const last = round(both, members, { s1: proven, s2: down })
      t.same(last.weights, { s1: 100, s2: 100 }, `${what}, and the other server is down`)
      t.match(last.decision.verdicts.get('s1'), {
        standing: 'held',
        decidedBy: 'last-healthy',
        reason: 'its new tags or address would take its traffic',
        guard: 'no other server of pool nodes is healthy in HAProxy',
        member: { address: '10.0.0.1', tags: { role: 'web' } },
      })
      t.match(last.decision, { held: { names: ['s1'] }, mayChangeSoon: true })
      t.equal(last.memory.heldSince, 7)
      const still = round(last.memory, members, { s1: proven, s2: down })
      t.same(still.weights, { s1: 100, s2: 100 }, `${what}: it stays in the next round`)
      const healed = round(still.memory, members, { s1: proven, s2: proven })
      t.same(healed.weights, ordinary, `${what}: it goes when the other is healthy`)
      t.equal(healed.decision.held, undefined)
      const accepted = round(withAccepted(last.memory, ['s1']), members, { s1: proven, s2: down })
      t.same(accepted.weights, ordinary, `${what}: it goes when it was accepted by hand`)
    }
  },
)

t.test('all members that leave their pool at once stay as they were', async t => {
  const slip = { tags: { role: 'wbe' } }
  const { weights, decision } = round(both, { s1: slip, s2: slip }, { s1: proven, s2: proven })
  t.same(weights, { s1: 100, s2: 100 })
  t.same(decision.held?.names, ['s1', 's2'])
})

t.test(
  'a changed member that HAProxy finds down goes, and so does one in a pool that stays healthy',
  async t => {
    const slip = { tags: { role: 'wbe' } }
    const servers = { s1: down, s2: down }
    t.same(round(both, { s1: slip, s2: {} }, servers).weights, { s2: 100 })
    const zone = { tags: { zone: 'b' } }
    const kept = round(both, { s1: zone, s2: zone }, { s1: proven, s2: proven })
    t.same(kept.weights, { s1: 100, s2: 100 })
    t.equal(kept.decision.held, undefined, 'a tag that no pool reads')
  },
)

const lb = (name: string, status: 'alive' | 'failed', i: number) => {
  const tags = { role: 'balancer' }
  return [name, { name, status, address: `10.0.0.${i}`, port: 7946, tags }] as const
}

t.test('a decision is rendered with the balancers of the membership', async t => {
  const pools = [{ name: 'mail', mode: 'tcp', role: 'mail', port: 25, stickTable: {} }]
  const configuration = smallestConfiguration({ balancers: {}, frontends: [], pools })
  const renderer = await openRenderer(configuration)
  const members = new Map([lb('lb2', 'failed', 6), lb('lb1', 'alive', 5)])
  const membership = { members, suspects: new Set<string>(), connected: true, self: 'lb1' }
  const facts = { membership, servers: undefined, wallTime: 0 }
  const decision = decide(noMemory, facts, renderer.rules, 0)
  const { text } = renderDecision(renderer, decision, noMemory, facts).rendering.rendered
  t.match(
    text,
    /\n {2}localpeer lb1\n[^]*\n {2}peer lb1 10.0.0.5:1024\n {2}peer lb2 10.0.0.6:1024\n/,
  )
  t.match(text, /expire 1800000ms peers balancers\n/)
})
