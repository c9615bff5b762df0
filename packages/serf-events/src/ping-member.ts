import type { SerfClient } from 'node-serf-client'

/** Time that a member has to answer one ping. */
const pingTimeoutMs = 1000

/** Maximum number of pings: together they last as long as the longest suspicion. */
const maxPings = 60

/**
 * Pings a member until it answers, `isSuspect` returns false, or `signal`
 * aborts. Returns true if the member answered.
 *
 * Serf does not announce that a suspicion was refuted; the suspicion just
 * expires. Therefore the member is asked with Serf's own query `_serf_ping`,
 * which it acknowledges without running a handler.
 */
export async function pingUntilAnswered(
  client: Pick<SerfClient, 'query'>,
  name: string,
  isSuspect: () => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  for (let i = 0; i < maxPings && isSuspect() && !signal.aborted; i++) {
    if (await pingMember(client, name, signal)) return true
  }
  return false
}

/** Pings a member once; returns true if it answers within a second. */
export async function pingMember(
  client: Pick<SerfClient, 'query'>,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  const options = { nodes: [name], ack: true, answerMs: pingTimeoutMs, signal }
  for await (const { from } of await client.query('_serf_ping', options)) {
    if (from === name) return true
  }
  return false
}
