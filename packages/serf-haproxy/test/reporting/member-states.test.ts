import t from 'tap'
import { VersionedMap } from 'versioned-map'
import type { Verdict } from '../../src/decision/decide.js'
import { placementOf } from '../../src/rendering/placement.js'
import { nextStates, noStates } from '../../src/reporting/member-states.js'
import { decisionOn } from './sample-facts.js'

const memberStates = (...input: Tail<Parameters<typeof nextStates>>) =>
  nextStates(noStates, ...input).memberStates
type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer R] ? R : never

/** States of the members of one pool, with one verdict changed, and pools and findings of a test. */
async function statesWith(
  change: Partial<Verdict>,
  { pools = ['nodes'], findings = [] as string[] } = {},
) {
  const { decision, rendering } = (await decisionOn({ s1: 'alive' })).fact
  const verdicts = VersionedMap.of(
    [...decision.verdicts].map(([name, verdict]) => [name, { ...verdict, ...change }] as const),
  )
  const [pool] = rendering.rendered.pools
  if (!pool) throw new Error('expected the pool nodes')
  const rendered = { ...rendering.rendered, pools: pools.map(name => ({ ...pool, name })) }
  const quarantined = findings.map(reason => ({
    member: 's1',
    pool: 'nodes',
    code: 'port' as const,
    reason,
  }))
  const model = { ...rendering.model, pools: [] }
  return memberStates({ verdicts }, placementOf({ model, rendered, quarantined }))
}

const stateWith = async (...input: Parameters<typeof statesWith>) =>
  (await statesWith(...input)).get('s1')

t.test('a member in a pool has the fields of Serf, and its verdict', async t => {
  const { decision, rendering } = (await decisionOn({ s1: 'alive' })).fact
  const verdict = decision.verdicts.get('s1')
  t.same(memberStates(decision, rendering.placement).get('s1'), {
    name: 's1',
    address: '127.0.0.2',
    status: 'alive',
    suspect: false,
    tags: { role: 'backend' },
    pools: ['nodes'],
    standing: 'serving',
    reason: verdict?.reason,
    decidedBy: 'serf-status',
  })
})

t.test('every verdict has a state, in the order of the decision', async t => {
  const { fact } = await decisionOn({ b: 'alive', a: 'failed', c: 'left' })
  const states = memberStates(fact.decision, fact.rendering.placement)
  t.same([...states.keys()], [...fact.decision.verdicts.keys()])
  t.equal(states.size, 3)
  t.same(states.get('a')?.pools, [])
})

t.test('a member of two pools has both of them', async t => {
  t.same((await stateWith({}, { pools: ['nodes', 'api'] }))?.pools, ['nodes', 'api'])
})

t.test('the reason of the guard follows that of the verdict', async t => {
  const state = await stateWith({ standing: 'held', reason: 'failed', guard: '3 of 4 would go' })
  t.match(state, {
    standing: 'held',
    reason: 'failed; but 3 of 4 would go',
    guard: '3 of 4 would go',
  })
  t.notOk('guard' in ((await stateWith({ guard: undefined })) ?? {}))
})

const finding = 'its port is not a number'
const notSelected = {
  standing: 'not-selected',
  reason: 'no pool selects it',
  decidedBy: 'selection',
} as const
const quarantined = { standing: 'quarantined', reason: finding, decidedBy: 'fitness' } as const

/** Standing of a verdict without a pool, the findings on the member, and its state. */
const withoutPool: readonly [Verdict['standing'], string[], object][] = [
  ['serving', [], notSelected],
  ['draining', [], notSelected],
  ['held', [], notSelected],
  ['kept-by-health', [], notSelected],
  ['damped', [], { standing: 'damped', reason: 'r', decidedBy: 'damping' }],
  ['gone', [], { standing: 'gone', reason: 'r', decidedBy: 'damping' }],
  ['serving', [finding], quarantined],
  ['damped', [finding], quarantined],
  ['gone', [finding], { standing: 'gone', reason: 'r', decidedBy: 'damping' }],
]

for (const [standing, findings, expected] of withoutPool) {
  const found = findings.length > 0 ? 'a finding' : 'no finding'
  t.test(`a ${standing} member in no pool, with ${found}`, async t => {
    const verdict = { standing, reason: 'r', decidedBy: 'damping' } as const
    t.match(await stateWith(verdict, { pools: [], findings }), { pools: [], ...expected })
  })
}

t.test('a member in one pool is not quarantined by a finding of another', async t => {
  t.match(await stateWith({}, { findings: [finding] }), { standing: 'serving', pools: ['nodes'] })
})

t.test('the newest of several findings is the reason', async t => {
  const state = await stateWith({}, { pools: [], findings: ['first', 'second'] })
  t.equal(state?.reason, 'second')
})

for (const [name, standing] of [
  ['__proto__', 'serving'],
  ['constructor', 'serving'],
  ['\u001b[2J', 'quarantined'],
  ['two words', 'quarantined'],
  ['', 'quarantined'],
] as const)
  t.test(`a member with the name ${JSON.stringify(name)} is ${standing}`, async t => {
    const { fact } = await decisionOn({ [name]: 'alive', s2: 'alive' })
    const states = memberStates(fact.decision, fact.rendering.placement)
    t.same([...states.keys()], [name, 's2'])
    t.match(states.get(name), { name, standing })
    t.equal(states.get('s2')?.standing, 'serving')
  })
