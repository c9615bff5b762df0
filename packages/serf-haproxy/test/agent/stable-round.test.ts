import type { Outcome } from 'haproxy-reloader'
import t from 'tap'
import { openPipeline } from '../../src/agent/pipeline.js'
import { isReached, isStill, type RoundInput } from '../../src/agent/stable-round.js'
import { decisionOn, noop } from '../reporting/sample-facts.js'
import { membershipOf } from '../sample-membership.js'
import { configurationIn } from './fake-haproxy-place.js'

const openOne = () => openPipeline(configurationIn('/nowhere'), undefined)

/** A stable round, and the input of a next one that is the same. */
async function scene() {
  const pipeline = await openOne()
  const membership = membershipOf({ s1: 'alive' })
  const { fact, memory } = await decisionOn({ s1: 'alive' })
  const input: RoundInput = {
    pipeline,
    facts: { membership, servers: undefined, wallTime: 1 },
    memory,
  }
  return { last: { pipeline, membership, memory, rendering: fact.rendering }, input }
}

t.test('the same input needs no new decision, whatever the time is', async t => {
  const { last, input } = await scene()
  t.ok(isStill(last, input))
  t.ok(isStill(last, { ...input, facts: { ...input.facts, wallTime: 9e12 } }))
})

t.test('the first round needs a decision', async t => {
  const { input } = await scene()
  t.notOk(isStill(undefined, input))
})

t.test('an equal copy of any input needs a new decision', async t => {
  const { last, input } = await scene()
  const { facts, memory } = input
  const changed: Record<string, RoundInput> = {
    pipeline: { ...input, pipeline: await openOne() },
    membership: { ...input, facts: { ...facts, membership: { ...facts.membership } } },
    memory: { ...input, memory: { ...memory } },
  }
  for (const [name, next] of Object.entries(changed)) t.notOk(isStill(last, next), name)
})

t.test('health from HAProxy needs a new decision, even without a server', async t => {
  const { last, input } = await scene()
  for (const servers of [new Map(), new Map([['s1', { health: 'up' as const }]])])
    t.notOk(isStill(last, { ...input, facts: { ...input.facts, servers } }), `${servers.size}`)
})

const outcomes: readonly [Outcome, boolean][] = [
  [{ kind: 'applied', via: 'reload', generation: 1, plan: noop, tookMs: 1 }, true],
  [{ kind: 'unchanged', plan: noop }, true],
  [{ kind: 'rejected', report: 'unknown keyword' }, false],
  [{ kind: 'rolled-back', cause: 'timeout' }, false],
  [{ kind: 'deferred', cause: 'ENOENT' }, false],
  [{ kind: 'superseded' }, false],
]

for (const [outcome, expected] of outcomes)
  t.test(`HAProxy ${expected ? 'runs' : 'does not run'} what was ${outcome.kind}`, async t => {
    t.equal(isReached(outcome), expected)
  })
