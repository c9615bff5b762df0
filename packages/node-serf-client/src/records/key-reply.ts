import { expectMap, expectNumber, expectTexts } from '../wire/wire-value.js'

/** Replies of all members to a key command. */
export interface KeyReply {
  /** Error messages, by member name. */
  readonly messages: Readonly<Record<string, string>>
  /** Number of members with each key (base64); only `listKeys` returns it. */
  readonly keys: Readonly<Record<string, number>>
  /** Number of members. */
  readonly nodes: number
  /** Number of members that answered. */
  readonly responses: number
  /** Number of members that answered with an error. */
  readonly errors: number
}

/** Decodes the body of a reply to a key command. */
export function decodeKeyReply(wire: unknown): KeyReply {
  const { Messages, Keys, NumNodes, NumResp, NumErr } = expectMap(wire, 'a key reply')
  const counts = Object.entries(expectMap(Keys, 'Keys'))
  return {
    messages: expectTexts(Messages, 'Messages'),
    keys: Object.fromEntries(counts.map(([key, count]) => [key, expectNumber(count, 'Keys')])),
    nodes: expectNumber(NumNodes, 'NumNodes'),
    responses: expectNumber(NumResp, 'NumResp'),
    errors: expectNumber(NumErr, 'NumErr'),
  }
}
