import type { Membership } from 'serf-events'

/** A fake of Serf's membership: a test sends snapshots, and counts the requests to refresh. */
export function fakeMembership() {
  const waiting: Membership[] = []
  const changed = new EventTarget()
  const counts = { refreshes: 0, subscriptions: 0 }
  const wake = () => changed.dispatchEvent(new Event('change'))
  async function* membership({
    signal,
    refreshRequests,
  }: {
    signal: AbortSignal
    refreshRequests: EventTarget
  }): AsyncGenerator<Membership> {
    counts.subscriptions++
    refreshRequests.addEventListener('refresh', () => counts.refreshes++, { signal })
    signal.addEventListener('abort', wake, { once: true })
    while (!signal.aborted) {
      const next = waiting.shift()
      if (next) yield next
      else await new Promise(resolve => changed.addEventListener('change', resolve, { once: true }))
    }
  }
  const send = (snapshot: Membership) => {
    waiting.push(snapshot)
    wake()
  }
  return { membership, send, counts }
}
