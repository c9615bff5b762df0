const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/**
 * Returns a time whose unit is milliseconds by default, such as `500`, `2s` or
 * `10us`, in whole milliseconds, rounded up; undefined if it is none.
 *
 * @example
 * ```ts
 * import { timeMs } from 'haproxy-config-text/effective'
 *
 * timeMs('2s') // => 2000
 * timeMs('10us') // => 1
 * timeMs('soon') // => undefined
 * ```
 */
export function timeMs(text: string): number | undefined {
  const [, digits, unit = 'ms'] = /^(\d{1,15})(us|ms|s|m|h|d)?$/.exec(text) ?? []
  return digits === undefined ? undefined : Math.ceil(Number(digits) * (unitMs[unit] ?? 1))
}
