import { isFatal } from '../serf-error.js'

/** What one field of a request's body holds. */
export type FieldKind = 'text' | 'texts' | 'text map' | 'bytes' | 'flag' | 'byte' | 'integer'

/** What a reply's header is followed by. */
export type ReplyBody = 'never' | 'on success' | 'always'

/**
 * What the wire does for each command, as data.
 *
 * A request is a header `{ Command, Seq }`, followed by a body where
 * `request` names its fields. A reply is a header `{ Seq, Error }`, followed by
 * a body as `replyBody` says: nothing in the header tells. Five commands send
 * their body behind an error too.
 *
 * Source: `cmd/serf/command/agent/ipc.go` of hashicorp/serf, and tried on
 * serf 0.9.4 and 0.10.1.
 */
export const commandTable = {
  handshake: { request: { Version: 'integer' }, replyBody: 'never' },
  auth: { request: { AuthKey: 'text' }, replyBody: 'never' },
  event: { request: { Name: 'text', Payload: 'bytes', Coalesce: 'flag' }, replyBody: 'never' },
  'force-leave': { request: { Node: 'text', Prune: 'flag' }, replyBody: 'never' },
  join: { request: { Existing: 'texts', Replay: 'flag' }, replyBody: 'always' },
  members: { replyBody: 'on success' },
  'members-filtered': {
    request: { Tags: 'text map', Status: 'text', Name: 'text' },
    replyBody: 'on success',
  },
  tags: { request: { Tags: 'text map', DeleteTags: 'texts' }, replyBody: 'never' },
  stream: { request: { Type: 'text' }, replyBody: 'never' },
  monitor: { request: { LogLevel: 'text' }, replyBody: 'never' },
  stop: { request: { Stop: 'integer' }, replyBody: 'never' },
  leave: { replyBody: 'never' },
  query: {
    request: {
      FilterNodes: 'texts',
      FilterTags: 'text map',
      RequestAck: 'flag',
      RelayFactor: 'byte',
      // Nanoseconds.
      Timeout: 'integer',
      Name: 'text',
      Payload: 'bytes',
    },
    replyBody: 'never',
  },
  respond: { request: { ID: 'integer', Payload: 'bytes' }, replyBody: 'never' },
  'install-key': { request: { Key: 'text' }, replyBody: 'always' },
  'use-key': { request: { Key: 'text' }, replyBody: 'always' },
  'remove-key': { request: { Key: 'text' }, replyBody: 'always' },
  'list-keys': { replyBody: 'always' },
  stats: { replyBody: 'on success' },
  'get-coordinate': { request: { Node: 'text' }, replyBody: 'on success' },
} as const satisfies Record<
  string,
  { readonly request?: Readonly<Record<string, FieldKind>>; readonly replyBody: ReplyBody }
>

/** A command of the RPC. */
export type Command = keyof typeof commandTable

/** The fields of a command's request body, or undefined where it has none. */
export function requestFields(command: Command): Readonly<Record<string, FieldKind>> | undefined {
  const facts = commandTable[command]
  return 'request' in facts ? facts.request : undefined
}

/** Whether a reply's header is followed by a body. */
export function replyHasBody(command: Command, reason: string): boolean {
  const when: ReplyBody = commandTable[command].replyBody
  if (when === 'on success') return reason === ''
  // The agent refuses so before it has looked at the command.
  return when === 'always' && !isFatal(reason)
}
