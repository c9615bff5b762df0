import type { PoolMember } from 'haproxy-config-render'
import type { RunningServer } from 'haproxy-runtime'
import type { Membership } from 'serf-events'

type Member = Membership['members'] extends ReadonlyMap<string, infer M> ? M : never

/** What is known beside Serf's word. */
export interface Witnesses {
  /** HAProxy's servers by name; those of several pools count as one. */
  readonly serving: ReadonlyMap<string, Pick<RunningServer, 'health'>>
  /** When each member was first found failed, in milliseconds since the epoch. */
  readonly failedSince: ReadonlyMap<string, number>
  readonly failedGraceMs: number
  readonly now: number
}

/** Which members may have traffic, and which of them only by HAProxy's word. */
export interface Admission {
  readonly admitted: readonly PoolMember[]
  /** Names of members that Serf calls failed and HAProxy calls healthy. */
  readonly keptByHealth: readonly string[]
}

/**
 * Who may have traffic. Serf's word alone takes nobody's traffic away: a
 * cluster that is cut in two calls healthy members failed.
 *
 * | Serf says  | HAProxy has it and    | the member is                       |
 * |------------|-----------------------|-------------------------------------|
 * | alive      |                       | admitted                            |
 * | leaving    | serves it             | admitted, draining                  |
 * | leaving    | finds it down         | out: Serf may learn it much later   |
 * | failed     | finds it up           | admitted until the grace time ends  |
 * | failed     | finds it down         | out                                 |
 * | left, none |                       | out                                 |
 */
export function admitMembers(members: Iterable<Member>, witnesses: Witnesses): Admission {
  const admitted: PoolMember[] = []
  const keptByHealth: string[] = []
  for (const { name, address, tags, status } of members) {
    const serving = witnesses.serving.get(name)
    if (status === 'alive') admitted.push({ name, address, tags })
    if (status === 'leaving' && serving && serving.health !== 'down')
      admitted.push({ name, address, tags, draining: true })
    if (status === 'failed' && serving?.health === 'up' && !graceIsOver(name, witnesses)) {
      admitted.push({ name, address, tags })
      keptByHealth.push(name)
    }
  }
  return { admitted, keptByHealth }
}

function graceIsOver(name: string, { failedSince, failedGraceMs, now }: Witnesses): boolean {
  return now - (failedSince.get(name) ?? now) >= failedGraceMs
}

/** When each failed member was first found so: kept from before, or now. */
export function updateFailedSince(
  before: ReadonlyMap<string, number>,
  members: Iterable<Member>,
  now: number,
): Map<string, number> {
  const failed = [...members].filter(member => member.status === 'failed')
  return new Map(failed.map(({ name }) => [name, before.get(name) ?? now]))
}
