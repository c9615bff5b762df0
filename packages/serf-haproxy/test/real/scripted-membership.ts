import type { Membership } from 'serf-events'

/** A member as a test makes it up. */
export interface ScriptedMember {
  readonly name: string
  readonly status: 'alive' | 'leaving' | 'left' | 'failed'
  readonly suspect?: boolean
  readonly tags?: Readonly<Record<string, string>>
}

/** A snapshot of members that a test made up; all are at one loopback address, on ports of their own. */
export function membershipOf(members: readonly ScriptedMember[]): Membership {
  return {
    members: new Map(
      members.map(({ name, status, tags = {} }) => [
        name,
        { name, status, address: '127.0.0.1', port: 7946, tags: { role: 'backend', ...tags } },
      ]),
    ),
    suspects: new Set(members.flatMap(({ name, suspect }) => (suspect ? name : []))),
    conflicts: new Map(),
    connected: true,
    changeSource: 'log',
    cause: 'log',
    at: Date.now(),
    detectedAt: performance.now(),
  }
}
