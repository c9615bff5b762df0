import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Facts } from '../decision/evaluate-member.js'
import { memoryAsData, type Memory } from '../decision/member-memory.js'
import type { Rendering } from '../rendering/renderer.js'

const memberSchema = z.object({
  name: z.string(),
  address: z.string(),
  port: z.number(),
  status: z.enum(['none', 'alive', 'leaving', 'left', 'failed']),
  tags: z.record(z.string(), z.string()),
})

/** One round of the agent, with all that its decision was made of. A line of a recording. */
export const recordLineSchema = z.strictObject({
  format: z.literal(1),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Milliseconds of the agent's monotonic clock. */
  now: z.number(),
  /** What the agent remembered; in the first line, and where it was changed by hand. */
  memory: z.unknown().optional(),
  /** Members whose removal was accepted by hand. */
  accepted: z.array(z.string()).optional(),
  connected: z.boolean(),
  /** Everybody, as Serf told it; left out where it is as in the line before. */
  members: z.array(memberSchema).optional(),
  suspects: z.array(z.string()),
  /** Health of HAProxy's servers; null where it was not asked, or away. */
  servers: z.array(z.tuple([z.string(), z.enum(['up', 'down'])])).nullable(),
  /** Members whose lines HAProxy refused. */
  refused: z.array(z.string()),
  /** SHA-256 of the configuration that came of it. */
  sha256: z.string(),
})

/** One line of a recording. Members' names and tags are in it; no secret of the agent's is. */
export type RecordLine = z.infer<typeof recordLineSchema>

/** What a round was made of, and what came of it. */
export interface RecordedRound {
  readonly memory: Memory
  readonly facts: Facts
  readonly now: number
  readonly rendering: Rendering
}

/** Makes lines of rounds; a round that is as the one before is none. */
export function recorder(
  onLine: ((line: RecordLine) => void) | undefined,
): (round: RecordedRound) => void {
  if (!onLine) return () => {}
  let members: unknown
  let last = ''
  let accepted = ''
  return ({ memory, facts, now, rendering }) => {
    const { membership, servers, wallTime } = facts
    const names = [...memory.members].flatMap(([name, { isAccepted }]) => (isAccepted ? name : []))
    const isFirst = last === ''
    const facets = {
      connected: membership.connected,
      suspects: [...membership.suspects],
      servers: servers ? [...servers].map(([name, { health }]) => [name, health] as const) : null,
      refused: refusedIn(rendering),
      sha256: sha256(rendering.rendered.text),
    }
    const key = JSON.stringify([facets, names])
    if (key === last && membership.members === members) return
    const isNewMembers = membership.members !== members
    last = key
    members = membership.members
    const isNewlyAccepted = names.join('\n') !== accepted
    accepted = names.join('\n')
    onLine({
      format: 1,
      at: wallTime,
      now,
      ...facets,
      servers: facets.servers && facets.servers.map(([name, health]) => [name, health]),
      ...(isFirst && { memory: memoryAsData(memory) }),
      ...(isNewlyAccepted && { accepted: names }),
      ...(isNewMembers && { members: [...membership.members.values()] }),
    })
  }
}

function refusedIn({ quarantined }: Rendering): string[] {
  return quarantined.filter(({ code }) => code === 'rejected').map(({ member }) => member)
}

/** What two texts have in common where they are the same. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
