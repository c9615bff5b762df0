/** Membership fact from one line of the agent's log. */
export type LogFact =
  /** A member joined, left, failed or changed; the line is not trusted for more. */
  | { readonly kind: 'change' }
  /** This member announces its leave; the line repeats while the message spreads. */
  | { readonly kind: 'leave'; readonly name: string }
  /** The agent could not reach this member, which has not failed yet. */
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

/** Optional time, and the level. */
const prefix = /^(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?\[[A-Z]+\] /

/**
 * Relevant lines, as serf 0.9.4 and 0.10.1 write them. Each expression matches
 * from the start of the line. Names are untrusted: a name that contains the
 * text of another line must not be read as that line.
 *
 * `messageLeaveType` is a DEBUG line. No other line reports a member that is
 * `leaving`, a second or more before it has left.
 */
const facts: readonly (readonly [RegExp, (groups: readonly string[]) => LogFact])[] = [
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

/** Longest line that is parsed, in characters; lines of Serf with the longest names have some 600. */
const maxLine = 8192

/**
 * Parses a line of the agent's log; returns undefined if it is not about the
 * membership. A longer line than Serf writes is a change, because a part of it
 * could be read as another line.
 */
export function readLogLine(line: string): LogFact | undefined {
  const start = prefix.exec(line)?.[0].length
  if (start === undefined) return undefined
  if (line.length > maxLine) return { kind: 'change' }
  const text = line.slice(start)
  for (const [expression, fact] of facts) {
    const match = expression.exec(text)
    if (match) return fact(match.slice(1))
  }
  return undefined
}
