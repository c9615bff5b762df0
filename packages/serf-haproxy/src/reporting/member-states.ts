import type { Quarantined } from 'haproxy-config-render'
import type { Placement } from '../rendering/placement.js'
import type { MemberState } from '../state/agent-state.js'
import type { Decision, Verdict } from '../decision/decide.js'

/** Returns the states of all members by name: the decision, and its result in the pools. */
export function memberStates(
  { verdicts }: Pick<Decision, 'verdicts'>,
  { pools: poolsOf, findings, lost }: Placement,
): ReadonlyMap<string, MemberState> {
  const states = new Map<string, MemberState>()
  for (const [name, verdict] of verdicts) {
    const pools = poolsOf.get(name) ?? []
    states.set(name, {
      ...serfFields(verdict),
      pools,
      ...decidedFields(verdict, pools, findings.get(name), lost.get(name)),
    })
  }
  return states
}

function serfFields({ name, member: { address, tags }, status, suspect }: Verdict) {
  return { name, address, status, suspect, tags }
}

function whyNowhere(unprinted: readonly string[]): string {
  if (unprinted.length === 0) return 'no pool selects it'
  return `the template prints its pool nowhere: ${unprinted.join(', ')}`
}

type DecidedFields = Pick<MemberState, 'standing' | 'reason' | 'decidedBy' | 'guard'>

/** The verdict, unless no pool took a member that would be in HAProxy. */
function decidedFields(
  { standing, reason, decidedBy, guard }: Verdict,
  pools: readonly string[],
  finding: Quarantined | undefined,
  unprinted: readonly string[] = [],
): DecidedFields {
  const decided =
    guard === undefined
      ? { standing, reason, decidedBy }
      : { standing, reason: `${reason}; but ${guard}`, decidedBy, guard }
  if (pools.length > 0 || standing === 'gone') return decided
  if (finding) return { standing: 'quarantined', reason: finding.reason, decidedBy: 'fitness' }
  if (standing === 'damped') return decided
  return { standing: 'not-selected', reason: whyNowhere(unprinted), decidedBy: 'selection' }
}
