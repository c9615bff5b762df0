import type { Membership } from 'serf-events'

type Status = 'alive' | 'leaving' | 'left' | 'failed'

/** A snapshot with members by name and status; each has an address of its own and the role `backend`. */
export function membershipOf(
  statuses: Readonly<Record<string, Status>>,
  facts: Partial<Membership> = {},
): Membership {
  return {
    members: new Map(
      Object.entries(statuses).map(([name, status], i) => [
        name,
        { name, status, address: `127.0.0.${i + 2}`, port: 7946, tags: { role: 'backend' } },
      ]),
    ),
    suspects: new Set(),
    conflicts: new Map(),
    connected: true,
    changeSource: 'log',
    cause: 'log',
    at: 1000,
    detectedAt: 5,
    ...facts,
  }
}
