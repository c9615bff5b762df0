/**
 * Log lines that mean "the membership has changed, or is about to".
 *
 * Seen in serf 0.9.4 and 0.10.1: `serf: EventMember…` on each change, and
 * memberlist's lines on suspicion, death and refutation. All other lines,
 * such as an accepted RPC client, are no ring.
 */
const ringing = /serf: EventMember|memberlist: (?:Suspect|Marking|Refuting)|Conflicting address/

/** Whether a line of the agent's log is a ring. */
export function isDoorbellLine(line: string): boolean {
  return ringing.test(line)
}
