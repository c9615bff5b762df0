import type { Outcome } from 'haproxy-reloader'
import { decide } from '../../src/decision/decide.js'
import type { Facts } from '../../src/decision/evaluate-member.js'
import { incumbents, noMemory, type Memory } from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import type { AgentFact } from '../../src/reporting/agent-fact.js'
import { emptyRecord, type AgentRecord } from '../../src/reporting/agent-record.js'
import { reduceRecord } from '../../src/reporting/reduce-record.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'
import { membershipOf } from '../sample-membership.js'

type Statuses = Parameters<typeof membershipOf>[0]

/** A plan that changes nothing. */
export const noop = { kind: 'noop' as const, reason: 'same', operations: [], draining: [] }

/** An outcome of a change at run time. */
export const applied = (generation: number, tookMs = 2): Outcome => ({
  kind: 'applied',
  via: 'runtime',
  generation,
  plan: { ...noop, kind: 'runtime' },
  tookMs,
})

/** The fact of an attempt to apply that ended with `outcome`. */
export const outcomeFact = (outcome: Outcome, reactedInMs?: number): AgentFact => ({
  kind: 'outcome',
  result: { outcome, cause: 's1 joined', causeKind: 'log', reactedInMs },
})

/** Decides on members with one pool, `nodes`; `memory` is that of the next decision. */
export async function decisionOn(
  statuses: Statuses,
  {
    memory = noMemory,
    now = 0,
    servers,
  }: { memory?: Memory; now?: number; servers?: Facts['servers'] } = {},
  options: object = {},
) {
  const renderer = await openRenderer(configurationIn('/nowhere', options))
  const facts = { membership: membershipOf(statuses), servers, wallTime: 5000 }
  const decision = decide(memory, facts, renderer.rules, now)
  const rendering = renderer.render(decision.admitted, incumbents(memory))
  const next = withPools(decision.memory, rendering.rendered.pools)
  return { fact: { kind: 'decision' as const, decision, rendering }, memory: next }
}

/** The record after some facts, the first at 1 ms; and all events. */
export function recordAfter(facts: readonly AgentFact[], from: AgentRecord = emptyRecord) {
  return facts.reduce(
    ({ record, events }, fact, i) => {
      const next = reduceRecord(record, fact, i + 1)
      return { record: next.record, events: [...events, ...next.events] }
    },
    { record: from, events: [] as readonly ReturnType<typeof reduceRecord>['events'][number][] },
  )
}
