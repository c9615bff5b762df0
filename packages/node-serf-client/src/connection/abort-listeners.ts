const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls `callback` once when `signal` aborts. Returns a function that cancels
 * this.
 *
 * Callbacks share one listener for each signal: many calls under way with one
 * signal are normal use, and Node.js warns of a leak at the eleventh listener.
 * The listener is removed with the last callback.
 */
export function addAbortCallback(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = callbacksOf.get(signal) ?? listen(signal)
  callbacks.add(callback)
  return () => {
    callbacks.delete(callback)
    if (callbacks.size > 0 || callbacksOf.get(signal) !== callbacks) return
    callbacksOf.delete(signal)
    signal.removeEventListener('abort', runCallbacks)
  }
}

function listen(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>()
  callbacksOf.set(signal, callbacks)
  signal.addEventListener('abort', runCallbacks, { once: true })
  return callbacks
}

function runCallbacks(this: AbortSignal): void {
  const callbacks = callbacksOf.get(this)
  callbacksOf.delete(this)
  for (const callback of callbacks ?? []) callback()
}
