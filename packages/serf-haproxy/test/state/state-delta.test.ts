import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import type { AgentState } from '../../src/state/agent-state.js'
import { byName } from '../../src/state/by-name.js'
import { deltaBetween, withDelta, type StateDelta } from '../../src/state/state-delta.js'
import { memberNamed, serverNamed, stateWith } from '../sample-state.js'

const numbers = { base: 1, revision: 2 }

/** A delta and a state as a client has them: through JSON. */
function overJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

const name = fc.constantFrom('a', 'B', 'b', 'b1', 'b10', 'b2', 'é', '__proto__', 'constructor', '')
const member = fc
  .record({ name, reason: fc.constantFrom('x', 'y') })
  .map(({ name, reason }) => memberNamed(name, { reason }))
const server = fc
  .record({ name, weight: fc.constantFrom(0, 100), sessions: fc.constantFrom(0, 1) })
  .map(({ name, ...more }) => serverNamed(name, more))
const byNames = { selector: ({ name }: { name: string }) => name }
const servers = fc.uniqueArray(server, byNames).map(list => list.toSorted(byName))
const state: fc.Arbitrary<AgentState> = fc
  .record(
    {
      members: fc.uniqueArray(member, byNames).map(list => list.toSorted(byName)),
      pools: fc
        .uniqueArray(fc.record({ name, servers }, { noNullPrototype: true }), byNames)
        .map(list => list.toSorted(byName)),
      mode: fc.constantFrom('following' as const, 'frozen' as const),
      frozen: fc.constantFrom({ since: 1 }, { since: 2, reason: 'x' }),
      unprinted: fc.constantFrom(['a'], ['b']),
      outcome: fc.constant({ kind: 'deferred' as const, cause: 'x' }),
    },
    { requiredKeys: ['members', 'pools', 'mode'], noNullPrototype: true },
  )
  .map(stateWith)

function assertLeadsTo(a: AgentState, b: AgentState): void {
  const delta = deltaBetween(a, b, numbers)
  if (!delta) return assert.deepStrictEqual(a, b)
  assert.deepStrictEqual(withDelta(a, delta), b)
  assert.deepStrictEqual(withDelta(overJson(a), overJson(delta)), overJson(b))
}

t.test('a state with the delta to another one is the other one', async () => {
  fc.assert(fc.property(state, state, assertLeadsTo))
})

t.test('equal states have no delta, also if they are different objects', async () => {
  fc.assert(
    fc.property(state, a => assert.equal(deltaBetween(a, structuredClone(a), numbers), undefined)),
  )
})

const before = stateWith({
  members: ['s1', 's2', 's3'].map(each => memberNamed(each)),
  pools: [
    { name: 'api', servers: [serverNamed('s1')] },
    { name: 'web', servers: [serverNamed('s1'), serverNamed('s3')] },
  ],
  frozen: { since: 1 },
})

t.test('a delta has only what changed, with the number of its base', async t => {
  const { frozen: _, ...thawed } = before
  const after: AgentState = {
    ...thawed,
    members: [...before.members.slice(0, 2), memberNamed('s4')],
    pools: [
      { name: 'db', servers: [serverNamed('s9')] },
      { name: 'web', servers: [serverNamed('s1', { weight: 0 }), serverNamed('s2')] },
    ],
  }
  const delta: StateDelta = {
    base: 1,
    revision: 2,
    state: { frozen: null },
    members: { changed: [memberNamed('s4')], removed: ['s3'] },
    pools: [
      { name: 'api', isGone: true },
      { name: 'db', isNew: true, changed: [serverNamed('s9')] },
      {
        name: 'web',
        changed: [serverNamed('s1', { weight: 0 }), serverNamed('s2')],
        removed: ['s3'],
      },
    ],
  }
  t.strictSame(deltaBetween(before, after, numbers), delta)
})

t.test('what a delta does not change stays the same object', async t => {
  const [api, web] = before.pools
  const changed = [serverNamed('s3', { weight: 7 })]
  const { members, pools } = withDelta(before, { ...numbers, pools: [{ name: 'web', changed }] })
  t.equal(members, before.members)
  t.equal(pools[0], api)
  t.equal(pools[1]?.servers[0], web?.servers[0])
  t.equal(pools[1]?.servers[1]?.weight, 7)
})
