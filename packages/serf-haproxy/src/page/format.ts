/** Severity of something shown. A tone sets the colour; text always says the same. */
export type Tone = 'good' | 'warn' | 'bad' | 'held' | 'quiet'

/** Formats a time as local hours, minutes and seconds. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour12: false })
}

/** Formats a duration in its two largest units. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [d, h, m] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  if (d > 0) return `${d} d ${h} h`
  if (h > 0) return `${h} h ${m} min`
  return m > 0 ? `${m} min ${seconds % 60} s` : `${seconds} s`
}

/** Formats a rate per second, with one decimal below 10. */
export function rate(perSecond: number): string {
  return perSecond >= 10 || perSecond === 0 ? String(Math.round(perSecond)) : perSecond.toFixed(1)
}

/** Formats milliseconds, with one decimal below 10. */
export function milliseconds(ms: number): string {
  return ms < 10 ? `${Number(ms.toFixed(1))} ms` : `${Math.round(ms)} ms`
}

/** Formats a count with its noun. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Formats the time since a moment in its largest unit. */
export function age(at: number, now = Date.now()): string {
  return span(now - at)
    .split(' ')
    .slice(0, 2)
    .join(' ')
}

/** Formats a count with separators, such as `9,000`. */
export function thousands(count: number): string {
  return count.toLocaleString('en')
}
