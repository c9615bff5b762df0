import { plural, verb } from 'command-line-program'
import type { AgentEvent } from '../state/agent-event.js'
import type { Held } from '../state/agent-state.js'
import type { AgentFact, RoundResult } from './agent-fact.js'
import { frozenOf, noRemovals, type AgentRecord } from './agent-record.js'
import { diskText } from './refused-files.js'
import { heldChangeText, heldText } from './held-text.js'
import { membershipEvents } from './membership-events.js'
import { decisionEvents, outcomeText } from './round-events.js'

/** Returns the events of a fact, from the records before and after it. Pure. */
export function recordEvents(
  before: AgentRecord,
  after: AgentRecord,
  fact: AgentFact,
): readonly AgentEvent[] {
  switch (fact.kind) {
    case 'membership':
      return membershipEvents(before.membership, fact.membership)
    case 'decision':
      return [
        ...decisionEvents(before.memberStates, after.memberStates),
        ...quarantineEvents(before, after),
        ...holdEvents(before.held, after.held),
      ]
    case 'unknown-servers':
      return holdEvents(before.held, after.held)
    case 'held-change':
      return changeEvents(before.heldChange, after.heldChange)
    case 'outcome':
      return outcomeEvents(before, after, fact.result)
    case 'observation':
      return connectionEvents(before, after)
    case 'probe':
      return probeEvents(before, after)
    case 'drift':
      return driftEvents(before, after, fact.last)
    case 'freeze':
    case 'mode-restored':
    case 'release':
      return modeEvents(before, after, fact)
    case 'disk':
      return diskEvents(before, after, fact)
    case 'failure':
      return failureEvents(before, after, fact)
    case 'event':
      return [fact.event]
    default:
      return []
  }
}

function quarantineEvents(before: AgentRecord, { quarantined }: AgentRecord): AgentEvent[] {
  if (quarantined === before.quarantined) return []
  const count = new Set(quarantined.map(({ member }) => member)).size
  const text = `${plural(count, 'member')} ${verb(count, 'is', 'are')} left out of a pool`
  return [{ kind: 'quarantine', quarantined, text }]
}

function holdEvents(before: Held | undefined, held: Held | undefined): AgentEvent[] {
  if ((held?.removals ?? noRemovals) === (before?.removals ?? noRemovals)) return []
  if (!held) return [{ kind: 'released', text: 'Held removals released' }]
  const { reason, removals } = held
  return [{ kind: 'held', reason, removals, text: heldText(held) }]
}

/** A held change of the configuration is another one where its reason is. */
function changeEvents(before: Held | undefined, held: Held | undefined): AgentEvent[] {
  if (held?.reason === before?.reason) return []
  if (!held)
    return [{ kind: 'released', text: 'The change of the configuration is not held any more' }]
  const { reason, removals } = held
  return [{ kind: 'held', reason, removals, text: heldChangeText(held) }]
}

function outcomeEvents(
  before: AgentRecord,
  { outcome }: AgentRecord,
  { cause, reactedInMs }: RoundResult,
): AgentEvent[] {
  if (!outcome || outcome === before.outcome || outcome.kind === 'unchanged') return []
  const reacted = reactedInMs !== undefined && { reactedInMs }
  return [{ kind: 'outcome', outcome, cause, ...reacted, text: outcomeText(outcome, cause) }]
}

function connectionEvents(before: AgentRecord, { observation }: AgentRecord): AgentEvent[] {
  if (!observation) return []
  const { reachable: isUp, error } = observation.haproxy
  if (before.observation?.haproxy.reachable === isUp) return []
  const text = isUp ? 'HAProxy answers' : `HAProxy does not answer: ${error}`
  const why = error !== undefined && { error }
  return [{ kind: 'connection', to: 'haproxy', isUp, ...why, text }]
}

/** Another problem of a probe that fails already is no event. */
function probeEvents(before: AgentRecord, { probeFault, generation }: AgentRecord): AgentEvent[] {
  if (Boolean(before.probeFault) === Boolean(probeFault)) return []
  if (!probeFault) return [{ kind: 'probe-passed', text: 'The probe through HAProxy passes again' }]
  const { error } = probeFault
  const after = generation ? ` after generation ${generation.number}` : ''
  return [
    { kind: 'probe-failed', error, text: `The probe through HAProxy fails${after}: ${error}` },
  ]
}

function driftEvents(
  before: AgentRecord,
  { counters: { drift: count } }: AgentRecord,
  last: string | undefined,
): AgentEvent[] {
  if (count === before.counters.drift) return []
  return [{ kind: 'drift', count, text: `Corrected drift: ${last ?? 'unknown'}` }]
}

function modeEvents(
  before: AgentRecord,
  after: AgentRecord,
  fact: AgentFact & { kind: 'freeze' | 'mode-restored' | 'release' },
): AgentEvent[] {
  const frozen = frozenOf(after)
  if (fact.kind !== 'mode-restored') {
    const { reason = 'no reason given' } = frozen ?? {}
    const known = fact.kind === 'freeze' ? fact.frozen : { reason }
    return [{ kind: 'frozen', ...known, text: `Frozen: changes are not applied: ${reason}` }]
  }
  return frozenOf(before) && !frozen ? [{ kind: 'thawed', text: 'Changes are applied again' }] : []
}

function diskEvents(
  before: AgentRecord,
  after: AgentRecord,
  { place, error }: AgentFact & { kind: 'disk' },
): AgentEvent[] {
  if (after.disk === before.disk) return []
  if (error === undefined)
    return [{ kind: 'disk', place, isOk: true, text: `The disk takes the ${place} again` }]
  return [{ kind: 'disk', place, isOk: false, error, text: diskText({ place, error }) }]
}

function failureEvents(
  before: AgentRecord,
  after: AgentRecord,
  { error, isPoll }: AgentFact & { kind: 'failure' },
): AgentEvent[] {
  const which = isPoll ? 'pollFault' : 'fault'
  if (after[which] === before[which]) return []
  const { message, code } = error as Error & { code?: unknown }
  const known = typeof code === 'string' && { code }
  return [{ kind: 'error', error: message, ...known, text: message }]
}
