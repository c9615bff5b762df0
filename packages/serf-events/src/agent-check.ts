import { setTimeout as wait } from 'node:timers/promises'
import { SerfError, type SerfClient } from 'node-serf-client'

/**
 * Asks the agent for its statistics at this interval, while `isNeeded` returns
 * true. The reply is small, whatever the number of members. Rejects if the agent
 * does not answer in time, or if the connection ends, or `signal` aborts.
 */
export async function checkAgent(
  client: Pick<SerfClient, 'stats'>,
  intervalMs: number,
  isNeeded: () => boolean,
  signal: AbortSignal,
): Promise<never> {
  for (;;) {
    await wait(intervalMs, undefined, { signal })
    if (isNeeded()) await ownName(client, signal)
  }
}

/** Returns the name of the agent's own member; undefined if the agent refuses. */
export async function ownName(
  client: Pick<SerfClient, 'stats'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await client.stats({ signal }))['agent']?.['name']
  } catch (error) {
    if (error instanceof SerfError && error.code === 'refused') return undefined
    throw error
  }
}
