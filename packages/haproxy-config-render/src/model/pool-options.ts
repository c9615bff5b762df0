import { parseServerOptions } from 'haproxy-config-text'
import type { Pool } from './proxy-model.js'
import { mergedOptions } from './server-options.js'

/**
 * Default options of managed servers: the health check, and when a server is taken out.
 * They are on each server line and not in `default-server`, because a server
 * that is added at run time ignores `default-server`.
 *
 * A dead server is out after two checks, 200 to 700 ms; one that comes back is
 * in after a single good check. In a large pool the checks are rarer (decision 0040).
 *
 * No session is cut when a server goes down: "on-marked-down shutdown-sessions"
 * also ends requests that HAProxy is about to retry (decision 0024).
 */
export const serverChecks =
  'check inter 500ms fastinter 200ms downinter 500ms fall 2 rise 1 ' +
  'observe layer4 error-limit 3 on-error mark-down'

/**
 * The time between two checks of a server that is up, and of one that is down.
 * `fastinter` is not among them: a server whose check failed once is checked again soon.
 */
const intervals: ReadonlySet<string> = new Set(['inter', 'downinter'])

/** The options that all servers of a pool have. */
export function poolOptions({
  serverOptions,
  minCheckIntervalMs = 0,
}: Pick<Pool, 'serverOptions' | 'minCheckIntervalMs'>): string {
  const options = mergedOptions(serverChecks, serverOptions)
  if (minCheckIntervalMs === 0) return options
  return parseServerOptions(options.split(' '))
    .map(({ keyword, values }) => {
      const isShort = intervals.has(keyword) && timeMs(values[0]) < minCheckIntervalMs
      return [keyword, ...(isShort ? [`${minCheckIntervalMs}ms`] : values)].join(' ')
    })
    .join(' ')
}

/** Returns the shortest configured time between two checks of a server, in milliseconds. */
export function shortestCheckIntervalMs(serverOptions: string | undefined): number {
  const options = parseServerOptions(mergedOptions(serverChecks, serverOptions).split(' '))
  return Math.min(
    ...options.flatMap(({ keyword, values }) => (intervals.has(keyword) ? timeMs(values[0]) : [])),
  )
}

const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Returns a time of HAProxy in whole milliseconds, at least 1; Infinity if it is none, which HAProxy refuses. */
function timeMs(time = ''): number {
  const [, digits, unit = 'ms'] = /^(\d+)(us|ms|s|m|h|d)?$/.exec(time) ?? []
  return digits === undefined
    ? Infinity
    : Math.max(1, Math.ceil(Number(digits) * (unitMs[unit] ?? 1)))
}
