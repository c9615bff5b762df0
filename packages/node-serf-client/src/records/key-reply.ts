import { wantMap, wantNumber, wantTexts } from '../wire/wire-value.js'

/** What the members said to a change of the gossip keys, or to the question for them. */
export interface KeyReply {
  /** What went wrong, by member name. */
  readonly messages: Readonly<Record<string, string>>
  /** How many members hold each key (base64); only `listKeys` fills it. */
  readonly keys: Readonly<Record<string, number>>
  /** How many members there are, how many answered, and how many of those failed. */
  readonly nodes: number
  readonly responses: number
  readonly errors: number
}

/** The body of a reply to one of the key commands. */
export function decodeKeyReply(wire: unknown): KeyReply {
  const { Messages, Keys, NumNodes, NumResp, NumErr } = wantMap(wire, 'a key reply')
  const counts = Object.entries(wantMap(Keys, 'Keys'))
  return {
    messages: wantTexts(Messages, 'Messages'),
    keys: Object.fromEntries(counts.map(([key, count]) => [key, wantNumber(count, 'Keys')])),
    nodes: wantNumber(NumNodes, 'NumNodes'),
    responses: wantNumber(NumResp, 'NumResp'),
    errors: wantNumber(NumErr, 'NumErr'),
  }
}
