import { HaproxyError } from '../haproxy-error.js'

/** Limits how many calls run at a time. Further calls wait in a queue of limited length. */
export interface Limiter {
  /**
   * Calls `start` as soon as there is room: at once, or later.
   *
   * @returns a function that gives the place back; it withdraws a call that still waits
   * @throws HaproxyError `overloaded` if the queue is full.
   */
  acquire(start: () => void): () => void
}

/**
 * HAProxy's stats socket serves ten connections at a time unless `stats
 * maxconn` says otherwise. Some are left to other programs.
 */
const defaultConcurrency = 6
const defaultQueueLength = 1000

/** Creates a limiter that runs `concurrency` calls at a time and queues up to `queueLength` more. */
export function createLimiter(
  concurrency = defaultConcurrency,
  queueLength = defaultQueueLength,
): Limiter {
  let running = 0
  const queue = new Set<() => void>()
  return {
    acquire(start) {
      let state: 'queued' | 'running' | 'released' = 'queued'
      const run = () => {
        state = 'running'
        running++
        start()
      }
      if (running < concurrency) run()
      else if (queue.size < queueLength) queue.add(run)
      else throw overloaded(concurrency, queueLength)
      return () => {
        if (state === 'queued') queue.delete(run)
        if (state === 'running') {
          running--
          const [next] = queue
          if (next) {
            queue.delete(next)
            next()
          }
        }
        state = 'released'
      }
    },
  }
}

function overloaded(concurrency: number, queueLength: number): HaproxyError {
  return new HaproxyError(
    'overloaded',
    `Cannot queue another command to HAProxy: ${concurrency} run and ${queueLength} wait; ` +
      'send fewer at once, or put them into one batch',
  )
}
