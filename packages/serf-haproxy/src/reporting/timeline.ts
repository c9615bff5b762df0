import type { AgentEvent, TimelineEntry } from '../state/agent-event.js'

/** The newest events of the agent, to read or to follow. */
export interface Timeline {
  /** Returns the kept entries with a number above `since`, oldest first. */
  entries(options?: { since?: number }): readonly TimelineEntry[]
  /**
   * Yields the entries with a number above `since` as they happen, until
   * `signal` aborts; by default only future entries. A slow reader misses the
   * entries that the timeline has dropped. The numbers show the gap.
   */
  follow(options?: { since?: number; signal?: AbortSignal }): AsyncIterable<TimelineEntry>
}

/** Most characters of all kept entries, as JSON: one entry may name 10,000 members. */
const mostCharacters = 8 * 1024 * 1024

/**
 * Creates a timeline of at most `limit` entries and `most` characters, and the
 * function that adds one. The newest entry is always kept.
 */
export function timeline(
  limit: number,
  wallClock: () => number,
  most = mostCharacters,
): { timeline: Timeline; add(event: AgentEvent): TimelineEntry } {
  const kept: TimelineEntry[] = []
  const sizes: number[] = []
  let size = 0
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
      const characters = JSON.stringify(entry).length
      kept.push(entry)
      sizes.push(characters)
      size += characters
      while (kept.length > limit || (size > most && kept.length > 1)) {
        kept.shift()
        size -= sizes.shift() ?? 0
      }
      for (const wake of waiting) wake()
      return entry
    },
  }
}
