import type { ServerStatistics } from 'haproxy-runtime'

/**
 * The first word of each server status of HAProxy, and its health. Further words
 * add a count of checks (`UP 1/3`), the source (`DOWN (agent)`) or the reason
 * (`MAINT (via web/s1)`, `MAINT (resolution)`).
 *
 * | status     | the server                                     | health |
 * |------------|------------------------------------------------|--------|
 * | `UP`       | passes its check; `UP 1/3` has failed some     | up     |
 * | `DRAIN`    | passes its check, and gets no new sessions     | up     |
 * | `no check` | is not checked                                 | up     |
 * | `NOLB`     | passes its check, and asks for no new sessions | down   |
 * | `DOWN`     | fails its check; `DOWN 1/2` has passed some    | down   |
 * | `MAINT`    | is in maintenance, and not checked             | down   |
 */
const healthByWord: ReadonlyMap<string, 'up' | 'down'> = new Map([
  ['UP', 'up'],
  ['DRAIN', 'up'],
  ['no check', 'up'],
  ['NOLB', 'down'],
  ['DOWN', 'down'],
  ['MAINT', 'down'],
])

/** Reads a server status of HAProxy; undefined for a status that is not in the table. */
export function healthOf(status: string): 'up' | 'down' | undefined {
  const [word = ''] = status === 'no check' ? [status] : status.split(' ')
  return healthByWord.get(word)
}

/**
 * Returns whether HAProxy has found a server healthy. A new server is `UP`
 * before its first check has ended; that does not count.
 */
export function isHealthy({ status, check }: Pick<ServerStatistics, 'status' | 'check'>): boolean {
  return healthOf(status) === 'up' && (status === 'no check' || check !== '')
}
