import { writeFileSync } from 'node:fs'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { decide } from '../../src/decision/decide.js'
import { noMemory } from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'
import { heldChange } from '../../src/guard/held-change.js'
import { servingAtStart } from '../../src/guard/serving-at-start.js'
import { printedPools } from '../../src/rendering/printed-servers.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'
import { membershipOf } from '../sample-membership.js'

const names = ['s1', 's2', 's3', 's4']
const tags = { role: 'web', port: '3000', weight: '100', version: '1', app: 'shop' }
const pool = { name: 'nodes', role: 'web', port: { tag: 'port' }, weight: { tag: 'weight' } }

/** Four members, with tags that some of them changed. */
function factsOf(changed: readonly string[] = [], change: object = {}) {
  const { members, ...rest } = membershipOf(
    Object.fromEntries(names.map(name => [name, 'alive' as const])),
  )
  const tagged = [...members].map(
    ([name, member]) =>
      [name, { ...member, tags: { ...tags, ...(changed.includes(name) && change) } }] as const,
  )
  return { membership: { ...rest, members: new Map(tagged) }, servers: undefined, wallTime: 0 }
}

type Pools = object | readonly object[]

/** Judges the configuration of an agent that starts, by the memory of the agent before. */
async function judgeStart(t: Test, from: Pools, to: Pools, facts = factsOf()) {
  const folder = temporaryFolder(t)
  const renderer = await openRenderer(configurationIn(folder, { pools: [from].flat() }))
  const first = decide(noMemory, factsOf(), renderer.rules, 0)
  const rendered = renderer.render(first.admitted, new Map())
  writeFileSync(renderer.configuration.haproxy.configFile, rendered.rendered.text)
  const memory = withPools(first.memory, printedPools(rendered))
  const next = await openRenderer(configurationIn(folder, { pools: [to].flat() }))
  const { configuration, rules } = next
  const decision = decide(memory, facts, rules, 0)
  const rendering = next.render(decision.admitted, new Map())
  const before = servingAtStart(undefined, memory, { facts, renderer: next })
  return heldChange(before, { configuration, decision, rendering }, configuration.guard)
}

t.test('a slip is held at the start, although all members changed an unrelated tag', async t => {
  const facts = factsOf(names, { version: '2' })
  const held = await judgeStart(t, pool, { ...pool, role: 'wbe' }, facts)
  t.match(held?.reason, /^pools\.nodes\.role: expected wbe, got web .* 4 of 4 servers/)
  t.match((await judgeStart(t, pool, { ...pool, weight: 0 }, facts))?.reason, /nodes\.weight/)
})

t.test(
  'a slip is held at the start, although all members changed the tag that it names',
  async t => {
    const facts = factsOf(names, { role: 'api' })
    t.ok(await judgeStart(t, pool, { ...pool, role: 'wbe' }, facts))
  },
)

/** Changes by which members take themselves out of the pool. */
const own: readonly [string, object, object][] = [
  ['of the role', pool, { role: 'api' }],
  ['of the port', pool, { port: 'none' }],
  ['of the weight', pool, { weight: '0' }],
  ['of the tag that makes the pools', { ...pool, perTag: 'app' }, { app: 'blog' }],
]

for (const [name, policy, change] of own)
  t.test(`members that changed their own tags are not held: a change ${name}`, async t => {
    t.equal(await judgeStart(t, policy, policy, factsOf(names, change)), undefined)
  })

t.test('only the members that changed are excused', async t => {
  const facts = factsOf(['s1'], { role: 'api' })
  const held = await judgeStart(t, pool, { ...pool, maxServers: 1 }, facts)
  t.match(held?.removals.length, 2)
})

t.test('a pool that is removed on purpose is not held while another pool is empty', async t => {
  const empty = { ...pool, name: 'spare', role: 'spare' }
  const more = { ...pool, name: 'more' }
  t.equal(await judgeStart(t, [pool, more, empty], [pool, empty]), undefined)
  t.ok(await judgeStart(t, [pool, more, empty], [pool, { ...more, name: 'new' }, empty]))
  const renamed = { ...more, name: 'mroe', role: 'mroe' }
  t.ok(await judgeStart(t, [pool, more, empty], [pool, renamed, empty]))
})
