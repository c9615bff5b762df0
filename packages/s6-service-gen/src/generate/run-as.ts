import type { Longrun } from '../description/service-description.js'

type Limits = Longrun['limits']

/** The option of `s6-softlimit` for each limit. */
const options: Readonly<Record<keyof Limits, string>> = {
  addressSpaceBytes: '-a',
  coreBytes: '-c',
  cpuSeconds: '-t',
  dataBytes: '-d',
  fileBytes: '-f',
  lockedBytes: '-l',
  openFiles: '-o',
  processes: '-p',
  stackBytes: '-s',
}

/**
 * Words before a command that make it run within its limits and as its user.
 * Limits are raised first, while it is still root.
 */
export function runAs({ limits, user }: Pick<Longrun, 'limits' | 'user'>): string[] {
  const set = limitNames.flatMap(name =>
    limits[name] === undefined ? [] : [`${options[name]} ${limits[name]}`],
  )
  return [
    ...(set.length > 0 ? ['s6-softlimit', ...set] : []),
    ...(user === undefined ? [] : ['s6-setuidgid', user]),
  ]
}

const limitNames = Object.keys(options) as (keyof Limits)[]

/**
 * Undoes {@link runAs}.
 *
 * @returns what the words set, and the words that follow them
 */
export function readRunAs(
  words: readonly string[],
): Pick<Longrun, 'limits' | 'user'> & { rest: readonly string[] } {
  const limits: Partial<Record<keyof Limits, number>> = {}
  let rest = words
  if (rest[0] === 's6-softlimit') {
    rest = rest.slice(1)
    for (;;) {
      const name = limitNames.find(each => options[each] === rest[0])
      if (!name || !/^\d+$/.test(rest[1] ?? '')) break
      limits[name] = Number(rest[1])
      rest = rest.slice(2)
    }
  }
  const user = rest[0] === 's6-setuidgid' ? rest[1] : undefined
  return user === undefined ? { limits, rest } : { limits, user, rest: rest.slice(2) }
}

/** Words before a command that kill it after a time; none where there is no limit. */
export function within(timeoutMs: number): string[] {
  return timeoutMs === 0 ? [] : ['timeout', '-s', 'KILL', String(timeoutMs / 1000)]
}

/**
 * Undoes {@link within}.
 *
 * @returns the limit, undefined without one, and the words that follow
 */
export function readWithin(words: readonly string[]): {
  readonly timeoutMs: number | undefined
  readonly rest: readonly string[]
} {
  const [program, option, signal, seconds, ...rest] = words
  const isLimit = program === 'timeout' && option === '-s' && signal === 'KILL'
  if (!isLimit || !/^[\d.]+$/.test(seconds ?? '')) return { timeoutMs: undefined, rest: words }
  return { timeoutMs: Math.round(Number(seconds) * 1000), rest }
}
