/**
 * What the wire does for each command, as data.
 *
 * A reply is a header `{ Seq, Error }`, followed by a body for some commands
 * only. Nothing in the header says which, so the client has to know.
 * Source: `cmd/serf/command/agent/ipc.go` of hashicorp/serf.
 */
export const commandTable = {
  handshake: { replyHasBody: false },
  auth: { replyHasBody: false },
  members: { replyHasBody: true },
  'members-filtered': { replyHasBody: true },
  stream: { replyHasBody: false },
  monitor: { replyHasBody: false },
  stop: { replyHasBody: false },
} as const satisfies Record<string, { replyHasBody: boolean }>

/** A command of the RPC that this client speaks. */
export type Command = keyof typeof commandTable
