import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Facts } from '../decision/evaluate-member.js'
import { memoryAsData, type Memory } from '../decision/member-memory.js'
import type { Rendering } from '../rendering/rendering.js'
import { wholeText } from '../rendering/rendered-texts.js'

const memberSchema = z.object({
  name: z.string(),
  address: z.string(),
  port: z.number(),
  status: z.enum(['none', 'alive', 'leaving', 'left', 'failed']),
  tags: z.record(z.string(), z.string()),
})

/** Schema of a line of a recording: one round of the agent, with all inputs of its decision. */
export const recordLineSchema = z.strictObject({
  format: z.literal(1),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Milliseconds of the agent's monotonic clock. */
  now: z.number(),
  /** Memory of the agent before the round; in the first line only. */
  memory: z.unknown().optional(),
  /** Members with a removal that was accepted by hand; omitted if unchanged. */
  accepted: z.array(z.string()).optional(),
  connected: z.boolean(),
  /** All members in Serf; omitted if they are as in the line before. */
  members: z.array(memberSchema).optional(),
  suspects: z.array(z.string()),
  /** Members that an operator drains; omitted without any. */
  drained: z.array(z.string()).optional(),
  /** Name of the balancer's own member, if Serf told it. */
  self: z.string().optional(),
  /** Health of HAProxy's servers, and the pools in which they are proven; null if HAProxy was not asked, or did not answer. */
  servers: z
    .array(z.tuple([z.string(), z.enum(['up', 'down']), z.array(z.string()).optional()]))
    .nullable(),
  /** Members with lines that HAProxy rejected, and those at an address of the balancer's listeners. */
  refused: z.array(z.string()),
  /** SHA-256 of the resulting configuration, and of the files next to it. */
  sha256: z.string(),
})

/** One line of a recording. It contains names and tags of members, and no secret of the agent. @interface */
export type RecordLine = z.infer<typeof recordLineSchema>

/** The inputs of a round, and its result. */
export interface RecordedRound {
  readonly memory: Memory
  readonly facts: Facts
  readonly now: number
  readonly rendering: Rendering
}

/** Writes a line for each round; a round that is equal to the one before is skipped. */
export function recorder(
  onLine: ((line: RecordLine) => void) | undefined,
): (round: RecordedRound) => void {
  if (!onLine) return () => {}
  let lastMembers: unknown
  let lastKey = ''
  let lastAccepted = '[]'
  return ({ memory, facts, now, rendering }) => {
    const { membership, servers, wallTime, drained } = facts
    const accepted = acceptedNames(memory)
    const isFirst = lastKey === ''
    const round = {
      connected: membership.connected,
      suspects: [...membership.suspects],
      ...(drained?.size && { drained: [...drained.keys()] }),
      ...(membership.self !== undefined && { self: membership.self }),
      servers: servers ? healthByName(servers) : null,
      refused: rejectedNames(rendering),
      sha256: sha256(wholeText(rendering.rendered)),
    }
    const key = JSON.stringify([round, accepted])
    const hasNewMembers = membership.members !== lastMembers
    if (key === lastKey && !hasNewMembers) return
    const acceptedKey = JSON.stringify(accepted)
    const hasNewAccepted = acceptedKey !== lastAccepted
    lastKey = key
    lastMembers = membership.members
    lastAccepted = acceptedKey
    onLine({
      format: 1,
      at: wallTime,
      now,
      ...round,
      ...(isFirst && { memory: memoryAsData(memory) }),
      ...(hasNewAccepted && { accepted }),
      ...(hasNewMembers && { members: [...membership.members.values()] }),
    })
  }
}

function acceptedNames({ members }: Memory): string[] {
  return [...members].flatMap(([name, { isAccepted }]) => (isAccepted ? name : []))
}

function healthByName(servers: NonNullable<Facts['servers']>): NonNullable<RecordLine['servers']> {
  return [...servers].map(([name, { health, provenIn }]) =>
    provenIn ? [name, health, [...provenIn]] : [name, health],
  )
}

function rejectedNames({ quarantined }: Rendering): string[] {
  return quarantined
    .filter(({ code }) => code === 'rejected' || code === 'loop')
    .map(({ member }) => member)
}

/** Returns the SHA-256 of a text, in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
