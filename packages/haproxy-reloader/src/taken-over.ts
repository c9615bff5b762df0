import { setTimeout as wait } from 'node:timers/promises'
import { HaproxyError, type Runtime } from 'haproxy-runtime'
import { settleDelayMs } from './settle-delay.js'

const attempts = 100

/**
 * Resolves when one of the given workers answers on the stats socket. It goes
 * over to the new worker some 40 ms after the reload; what is asked or told
 * before that reaches the old one.
 *
 * @throws HaproxyError `timeout` where none ever does.
 */
export async function takenOver(
  runtime: Runtime,
  workers: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const info = await runtime.info({ signal }).catch((error: unknown) => {
      if (error instanceof HaproxyError) return undefined
      throw error
    })
    if (info && workers.includes(info.pid)) return
    await wait(settleDelayMs(attempt), undefined, { signal })
  }
  throw new HaproxyError('timeout', 'The new HAProxy worker does not answer on the stats socket')
}
