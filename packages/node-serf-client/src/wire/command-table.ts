import { isFatal } from '../serf-error.js'

/** Kind of value in one field of a request's body. */
export type FieldKind = 'text' | 'texts' | 'text map' | 'bytes' | 'flag' | 'byte' | 'integer'

/** Cases in which a body follows the header of a reply. */
export type ReplyBody = 'never' | 'on success' | 'always'

/**
 * Wire format of each command, as data.
 *
 * A request is a header `{ Command, Seq }`, followed by a body if `request`
 * lists its fields. A reply is a header `{ Seq, Error }`. `replyBody` defines if
 * a body follows, because the header does not contain this. Five commands send
 * their body after an error too.
 *
 * Source: `cmd/serf/command/agent/ipc.go` of hashicorp/serf, and tests with
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
      // In nanoseconds.
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

/** Command of the RPC. */
export type Command = keyof typeof commandTable

/** Returns the fields of a command's request body, or undefined if it has no body. */
export function requestFields(command: Command): Readonly<Record<string, FieldKind>> | undefined {
  const facts = commandTable[command]
  return 'request' in facts ? facts.request : undefined
}

/** Returns true if a body follows the header of a reply. */
export function replyHasBody(command: Command, reason: string): boolean {
  const when: ReplyBody = commandTable[command].replyBody
  if (when === 'on success') return reason === ''
  // With a fatal reason the agent refuses before it reads the command.
  return when === 'always' && !isFatal(reason)
}
