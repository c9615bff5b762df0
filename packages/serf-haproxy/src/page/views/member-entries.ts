import type { TimelineEntry } from '../../state/agent-event.js'

/** Returns the entries of the timeline that name a member. */
export function entriesOf(
  entries: readonly TimelineEntry[],
  member: string,
): readonly TimelineEntry[] {
  return entries.filter(entry => namesOf(entry).includes(member))
}

function namesOf(entry: TimelineEntry): readonly string[] {
  switch (entry.kind) {
    case 'membership':
    case 'rejoin':
      return entry.members
    case 'decision':
      return [entry.member]
    case 'held':
    case 'accepted':
      return entry.removals.map(({ member }) => member)
    case 'quarantine':
      return entry.quarantined.map(({ member }) => member)
    default:
      return []
  }
}
