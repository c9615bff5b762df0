import type { SerfClient } from 'node-serf-client'

/** How long a member has to answer one question. */
const answerMs = 1000

/** How often it is asked: as long as the longest suspicion. */
const mostQuestions = 60

/**
 * Asks a member whether it is there, again and again while `isOpen`. True as
 * soon as it answers; false once nobody wants to know any more.
 *
 * Serf tells its peers of no refutation: the suspicion merely comes to
 * nothing. `_serf_ping` is Serf's own query for this. The member acknowledges
 * it without running any handler.
 */
export async function memberAnswers(
  client: SerfClient,
  name: string,
  isOpen: () => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  for (let i = 0; i < mostQuestions && isOpen() && !signal.aborted; i++) {
    if (await answersOnce(client, name, signal)) return true
  }
  return false
}

/** Whether a member answers within a second. */
export async function answersOnce(
  client: SerfClient,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  const question = { nodes: [name], ack: true, answerMs, signal }
  for await (const { from } of await client.query('_serf_ping', question)) {
    if (from === name) return true
  }
  return false
}
