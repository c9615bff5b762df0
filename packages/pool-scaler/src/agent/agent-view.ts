import * as z from 'zod'

const condition = z.object({ since: z.number().optional(), reason: z.string().optional() })

const memberSchema = z.object({
  name: z.string(),
  status: z.string(),
  suspect: z.boolean(),
  standing: z.string(),
  guard: z.string().optional(),
})

const serverSchema = z.object({
  name: z.string(),
  health: z.string().optional(),
  status: z.string().optional(),
  check: z.string().optional(),
  sessions: z.number().optional(),
  queued: z.number().optional(),
  responseMs: z.number().optional(),
})

/** The part of the agent's state that the scaler reads; other fields are ignored. */
export const agentViewSchema = z.object({
  serf: z.object({ connected: z.boolean(), error: z.string().optional() }),
  haproxy: z.object({
    reachable: z.boolean(),
    error: z.string().optional(),
    seenAt: z.number().optional(),
  }),
  mode: z.string(),
  frozen: condition.optional(),
  held: condition.optional(),
  heldChange: condition.optional(),
  fault: z.object({ error: z.string() }).optional(),
  pollFault: z.object({ error: z.string() }).optional(),
  members: z.array(memberSchema).readonly(),
  pools: z
    .array(z.object({ name: z.string(), servers: z.array(serverSchema).readonly() }))
    .readonly(),
})

/** The part of the agent's state that the scaler reads. Names are untrusted text. */
export type AgentView = z.output<typeof agentViewSchema>

/** One member, as the agent reports it. */
export type ViewedMember = AgentView['members'][number]

/** One server, as the agent reports it. */
export type ViewedServer = AgentView['pools'][number]['servers'][number]
