import { isDeepStrictEqual } from 'node:util'
import type { Quarantined } from 'haproxy-config-render'
import { changedKeys, VersionedMap } from 'versioned-map'
import type { Placement } from '../rendering/rendering.js'
import type { MemberState } from '../state/agent-state.js'
import type { Decision, Verdict } from '../decision/decide.js'

/** The states of the members, and the decision and the places that they follow from. */
export interface StatedMembers {
  readonly verdicts: Decision['verdicts']
  readonly placement: Placement
  /** By name. A state that is equal to the one before is the same object. */
  readonly memberStates: VersionedMap<string, MemberState>
}

const none = VersionedMap.of<string, never>([])
/** The states before the first decision. */
export const noStates: StatedMembers = {
  verdicts: none,
  placement: { pools: none, findings: none, lost: none, listed: none, unprinted: [] },
  memberStates: none,
}

/**
 * Returns the states of all members by name: the decision, and its result in the
 * pools. Only the members that changed since `before` are handled. It returns
 * `before` for the decision and the placement of `before`.
 */
export function nextStates(
  before: StatedMembers,
  { verdicts }: Pick<Decision, 'verdicts'>,
  placement: Placement,
): StatedMembers {
  if (before.verdicts === verdicts && before.placement === placement) return before
  const changes = [...changedNames(before, verdicts, placement)].map(name => {
    const verdict = verdicts.get(name)
    return [name, verdict && latest(before.memberStates.get(name), verdict, placement)] as const
  })
  return { verdicts, placement, memberStates: before.memberStates.with(changes) }
}

function changedNames(
  before: StatedMembers,
  verdicts: StatedMembers['verdicts'],
  { pools, findings, lost, listed }: Placement,
): ReadonlySet<string> {
  return new Set([
    ...changedKeys(before.verdicts, verdicts),
    ...changedKeys(before.placement.pools, pools),
    ...changedKeys(before.placement.findings, findings),
    ...changedKeys(before.placement.lost, lost),
    ...changedKeys(before.placement.listed, listed),
  ])
}

/** Returns the state of a member; `before` if it is equal to it. */
function latest(
  before: MemberState | undefined,
  verdict: Verdict,
  placement: Placement,
): MemberState {
  const after = stateOf(verdict, placement)
  return before && isDeepStrictEqual(before, after) ? before : after
}

const noPools: readonly string[] = []

function stateOf(verdict: Verdict, placement: Placement): MemberState {
  const { findings, lost, listed } = placement
  const { name } = verdict
  const printed = placement.pools.get(name) ?? noPools
  const pools = listed.has(name) ? [...printed, ...(listed.get(name) ?? [])] : printed
  return {
    ...serfFields(verdict),
    pools,
    ...decidedFields(verdict, pools, findings.get(name), lost.get(name)),
  }
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
