/** Membership fact from one line of the agent's log. Names are hints only: untrusted text. */
export type LogFact =
  /** This member joined, left, failed or changed. */
  | { readonly kind: 'change'; readonly name: string }
  /** The agent removes this member from its list. */
  | { readonly kind: 'reap'; readonly name: string }
  /** A member that the line does not name changed, or lines were lost. */
  | { readonly kind: 'doubt' }
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

const change = ([name = '']: readonly string[]): LogFact => ({ kind: 'change', name })
const reap = ([name = '']: readonly string[]): LogFact => ({ kind: 'reap', name })
const doubt = (): LogFact => ({ kind: 'doubt' })

/**
 * Relevant lines, as serf 0.9.4 and 0.10.1 write them. Each expression matches
 * from the start of the line. Names are untrusted: a name that contains the
 * text of another line must not be read as that line. The address behind a name
 * has no space, so the last space ends the name.
 *
 * `messageLeaveType` is a DEBUG line. No other line reports a member that is
 * `leaving`, a second or more before it has left.
 */
const facts: readonly (readonly [RegExp, (groups: readonly string[]) => LogFact])[] = [
  [/^serf: EventMember(?:Join|Leave|Leave \(forced\)|Failed): (.*) \S*$/s, change],
  [/^serf: EventMemberUpdate: (.*)$/s, change],
  [/^serf: EventMemberReap: (.*)$/s, reap],
  [/^serf: EventMemberReap \(forced\): (.*) \S*$/s, reap],
  [/^serf: EventMember/, doubt],
  [/^agent\.ipc: Dropping (?:logs|event) to /, doubt],
  [/^serf: messageLeaveType: (.*)$/s, ([name = '']) => ({ kind: 'leave', name })],
  [
    /^memberlist: Marking (.*) as failed, suspect timeout reached(?: \(\d+ peer confirmations\))?$/s,
    change,
  ],
  [/^memberlist: Marking .* as failed, suspect timeout/s, doubt],
  [
    /^memberlist: Suspect (.*) has failed, no acks received$/s,
    ([name = '']) => ({ kind: 'suspect', name }),
  ],
  [
    /^memberlist: Conflicting address for (.*)\. Mine: (\S+) Theirs: (\S+)(?: Old state: \S+)?$/s,
    ([name = '', mine = '', theirs = '']) => ({ kind: 'conflict', name, mine, theirs }),
  ],
  [/^agent\.ipc: Accepted client: (\S+)$/, ([address = '']) => ({ kind: 'accepted', address })],
]

/** Longest line that is parsed, in characters; lines of Serf with the longest names have some 600. */
const maxLine = 8192

/**
 * Parses a line of the agent's log; returns undefined if it is not about the
 * membership. A longer line than Serf writes is a doubt, because a part of it
 * could be read as another line.
 */
export function readLogLine(line: string): LogFact | undefined {
  const start = prefix.exec(line)?.[0].length
  if (start === undefined) return undefined
  if (line.length > maxLine) return { kind: 'doubt' }
  const text = line.slice(start)
  for (const [expression, fact] of facts) {
    const match = expression.exec(text)
    if (match) return fact(match.slice(1))
  }
  return undefined
}
