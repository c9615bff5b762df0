/** Returns numbers from 0 to `below` - 1; the same sequence for the same seed. */
export type Random = (below: number) => number

/**
 * Returns a generator of numbers from 0 to 1, 1 excluded; the same seed gives
 * the same numbers. Mulberry32: fast, and good enough to choose what to break.
 */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Returns a generator of whole numbers; the same seed gives the same numbers. */
export function randomFrom(seed: number): Random {
  const next = randomNumbers(seed)
  return below => Math.floor(next() * below)
}
