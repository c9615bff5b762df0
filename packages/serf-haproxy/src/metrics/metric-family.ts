import type { MetricFamily, Sample } from './exposition.js'

/** Returns a counter of the agent. Its name gets the agent's prefix and `_total`. */
export function counter(
  name: string,
  help: string,
  value: number | readonly Sample[],
): MetricFamily {
  return { name: `serf_haproxy_${name}_total`, help, type: 'counter', samples: samplesOf(value) }
}

/** Returns a gauge of the agent. Its name gets the agent's prefix. */
export function gauge(name: string, help: string, value: number | readonly Sample[]): MetricFamily {
  return { name: `serf_haproxy_${name}`, help, type: 'gauge', samples: samplesOf(value) }
}

/** Returns a gauge that is 1 while a condition holds, and 0 otherwise. */
export function flag(name: string, help: string, isSet: boolean): MetricFamily {
  return gauge(name, help, Number(isSet))
}

/** Returns one sample for each key, with the key as the value of a label. */
export function by(label: string, counts: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }))
}

/** Returns one sample for each different word, with its number. */
export function counted(label: string, words: readonly string[]): readonly Sample[] {
  return tally(words).map(([word, value]) => ({ labels: { [label]: word }, value }))
}

/** Counts equal words; returns them sorted. */
export function tally(words: readonly string[]): readonly [string, number][] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function samplesOf(value: number | readonly Sample[]): readonly Sample[] {
  return typeof value === 'number' ? [{ value }] : value
}
