/** Delay in milliseconds: a change is sent to HAProxy meanwhile. */
const delayMs = 20

/**
 * Returns a function that writes entries a moment later, in order: formatting
 * them takes about as long as a change, which comes first. Waiting entries are
 * written when the process ends.
 */
export function logLater<T>(write: (entry: T) => void): (entry: T) => void {
  let waiting: T[] = []
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const entries = waiting
    waiting = []
    for (const entry of entries) write(entry)
  }
  process.once('exit', flush)
  return entry => {
    waiting.push(entry)
    timer ??= setTimeout(flush, delayMs)
  }
}
