import { decide, type Decision } from '../../src/decision/decide.js'
import type { Facts, Rules } from '../../src/decision/evaluate-member.js'
import { noMemory, type Memory } from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'

export type Status = 'alive' | 'leaving' | 'left' | 'failed' | 'none'
export type Health = 'up' | 'down'

/** The default rules. */
export const rules: Rules = {
  failedGraceMs: 60_000,
  leavingGraceMs: 5000,
  guard: { maxLostShare: 0.5, minServers: 1, windowMs: 300_000 },
  damping: { flaps: 5, halfLifeMs: 30_000 },
}

/** The facts of one moment, in short. */
export interface Scene {
  /** Status in Serf by name; `alive?` is a suspect. */
  readonly serf: Readonly<Record<string, Status | 'alive?'>>
  /** Health in HAProxy by name; omitted if HAProxy cannot be asked. */
  readonly haproxy?: Readonly<Record<string, Health>>
  readonly connected?: boolean
}

/** Returns the address of a member: s1 has 10.0.0.1. */
const addressOf = (name: string) => `10.0.0.${name.replaceAll(/\D/g, '') || '254'}`

/** Builds the facts of a scene. */
export function factsOf({ serf, haproxy, connected = true }: Scene): Facts {
  const entries = Object.entries(serf)
  const members = new Map(
    entries.map(([name, word]) => {
      const status = word === 'alive?' ? ('alive' as const) : word
      return [name, { name, status, address: addressOf(name), port: 7946, tags: { role: 'b' } }]
    }),
  )
  const suspects = new Set(entries.filter(([, word]) => word === 'alive?').map(([name]) => name))
  const servers =
    haproxy && new Map(Object.entries(haproxy).map(([name, health]) => [name, { health }]))
  return { membership: { members, suspects, connected }, servers, wallTime: 1_700_000_000_000 }
}

/** Makes one more decision; all admitted members are in the one pool. */
export function step(memory: Memory, scene: Scene, now: number, more: Partial<Rules> = {}) {
  const decision = decide(memory, factsOf(scene), { ...rules, ...more }, now)
  const servers = [...decision.admitted.values()]
  return { decision, memory: withPools(decision.memory, [{ name: 'nodes', servers }]) }
}

/** The memory of an agent for which these members serve. */
export function serving(...names: string[]): Memory {
  const serf = Object.fromEntries(names.map(name => [name, 'alive' as const]))
  return step(noMemory, { serf }, 0).memory
}

/** The standing of a member; undefined for an unknown one. */
export const standing = (decision: Decision, name: string) => decision.verdicts.get(name)?.standing

/** The admitted members by name, with those that drain marked. */
export const admitted = ({ admitted: list }: Decision) =>
  [...list.values()].map(({ name, draining }) => (draining ? `${name} draining` : name)).toSorted()

/** Members that serve in addition to the member in question, and their health. */
export const others = { s2: 'alive', s3: 'alive', s4: 'alive' } as const
export const othersUp = { s2: 'up', s3: 'up', s4: 'up' } as const
