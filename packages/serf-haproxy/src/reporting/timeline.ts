import type { AgentEvent, TimelineEntry } from '../state/agent-event.js'

/** What has happened lately: the newest entries, and those that come. */
export interface Timeline {
  /** The kept entries that are newer than number `since`, oldest first. */
  entries(options?: { since?: number }): readonly TimelineEntry[]
  /**
   * The entries newer than number `since` (by default those to come), as they
   * happen, until `signal` aborts. A reader slower than the timeline is long
   * misses the oldest, and sees that by the numbers; it is never waited for.
   */
  follow(options?: { since?: number; signal?: AbortSignal }): AsyncIterable<TimelineEntry>
}

/** A timeline of at most `limit` entries, and how to add one. */
export function timeline(
  limit: number,
  wallClock: () => number,
): { timeline: Timeline; add(event: AgentEvent): TimelineEntry } {
  const kept: TimelineEntry[] = []
  let seq = 0
  const waiting = new Set<() => void>()
  const entries: Timeline['entries'] = ({ since = 0 } = {}) =>
    kept.filter(entry => entry.seq > since)

  async function* follow({
    since = seq,
    signal,
  }: { since?: number; signal?: AbortSignal } = {}): AsyncGenerator<TimelineEntry> {
    let last = since
    while (!signal?.aborted) {
      for (const entry of entries({ since: last })) {
        yield entry
        last = entry.seq
        if (signal?.aborted) return
      }
      if (last < seq) continue
      await new Promise<void>(resolve => {
        const wake = () => {
          waiting.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        signal?.addEventListener('abort', wake)
      })
    }
  }

  return {
    timeline: { entries, follow },
    add(event) {
      const entry = { seq: ++seq, at: wallClock(), ...event }
      kept.push(entry)
      if (kept.length > limit) kept.shift()
      for (const wake of waiting) wake()
      return entry
    },
  }
}
