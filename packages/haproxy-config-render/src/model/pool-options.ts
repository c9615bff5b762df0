import type { Pool } from './proxy-model.js'
import { mergedOptions, optionsOf, optionText } from './server-options.js'
import { timeMs } from './word-values.js'

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
  return optionsOf(options)
    .map(({ keyword, values }) => {
      const isShort = intervals.has(keyword) && timeMs(values[0]) < minCheckIntervalMs
      return optionText({ keyword, values: isShort ? [`${minCheckIntervalMs}ms`] : values })
    })
    .join(' ')
}

/** Returns the shortest configured time between two checks of a server, in milliseconds. */
export function shortestCheckIntervalMs(serverOptions: string | undefined): number {
  const options = optionsOf(mergedOptions(serverChecks, serverOptions))
  return Math.min(
    ...options.flatMap(({ keyword, values }) => (intervals.has(keyword) ? timeMs(values[0]) : [])),
  )
}
