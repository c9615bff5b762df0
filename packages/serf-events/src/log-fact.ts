/** What a line of the agent's log tells of the membership. */
export type LogFact =
  /** Somebody came, went or changed: ask who. */
  | { readonly kind: 'change' }
  /** This member says that it leaves; told again and again while the news spreads. */
  | { readonly kind: 'leave'; readonly name: string }
  /** The agent could not reach this member, and has not given it up yet. */
  | { readonly kind: 'suspect'; readonly name: string }
  /** Two nodes claim one name; the addresses are `HOST:PORT` of their gossip listeners. */
  | {
      readonly kind: 'conflict'
      readonly name: string
      readonly mine: string
      readonly theirs: string
    }
  /** A client connected to the RPC listener, from this `HOST:PORT`. */
  | { readonly kind: 'accepted'; readonly address: string }

/** The time, where there is one, and the level. */
const prefix = /^(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?\[[A-Z]+\] /

/**
 * The lines that count, as serf 0.9.4 and 0.10.1 write them. Each expression
 * takes a whole line from its beginning: names in it are hostile text, and one
 * that holds the words of another line must not pass for that line.
 *
 * `messageLeaveType` is a DEBUG line: the only one that tells of a member that
 * is `leaving`, a second and more before it has left.
 */
const facts: readonly (readonly [RegExp, (words: readonly string[]) => LogFact])[] = [
  [/^serf: EventMember/, () => ({ kind: 'change' })],
  [/^serf: messageLeaveType: (.+)$/s, ([name = '']) => ({ kind: 'leave', name })],
  [/^memberlist: Marking .+ as failed, suspect timeout/s, () => ({ kind: 'change' })],
  [
    /^memberlist: Suspect (.+) has failed, no acks received$/s,
    ([name = '']) => ({ kind: 'suspect', name }),
  ],
  [
    /^memberlist: Conflicting address for (.+)\. Mine: (\S+) Theirs: (\S+)(?: Old state: \S+)?$/s,
    ([name = '', mine = '', theirs = '']) => ({ kind: 'conflict', name, mine, theirs }),
  ],
  [/^agent\.ipc: Accepted client: (\S+)$/, ([address = '']) => ({ kind: 'accepted', address })],
]

/** What a line of the agent's log tells; undefined where it tells nothing of the membership. */
export function readLogLine(line: string): LogFact | undefined {
  const start = prefix.exec(line)?.[0].length
  if (start === undefined) return undefined
  const text = line.slice(start)
  for (const [expression, fact] of facts) {
    const found = expression.exec(text)
    if (found) return fact(found.slice(1))
  }
  return undefined
}
