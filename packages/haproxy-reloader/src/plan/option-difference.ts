import { canonicalAddress, parseServerOptions, splitWords } from 'haproxy-config-text'
import type { RunningServer } from 'haproxy-runtime'
import type { DesiredServer } from './desired-state.js'
import type { ReloadReason } from './reload-trigger.js'
import { isSameAddress } from '../servers/same-address.js'
import { serverId } from '../servers/server-id.js'
import { comparableOptions } from './server-lines.js'
import { isReplaceable } from './server-steps.js'
import type { ServerDifference } from './text-difference.js'

/** The facts about the options of running servers, which HAProxy itself does not tell. */
export interface OptionFacts {
  /** Active sessions of draining servers, by `pool/name`. */
  readonly sessions: ReadonlyMap<string, number>
  /**
   * The options of servers that HAProxy runs and its text lacks, by `pool/name`,
   * such as those that drain. Where they are missing, they are unknown.
   */
  readonly optionsBesideText: ReadonlyMap<string, string>
  /** Servers, as `pool/name`, that were replaced from outside, with options that are unknown. */
  readonly replaced: ReadonlySet<string>
}

/**
 * Returns the names of the servers of each pool that may have other options than
 * their lines. All others are in both texts, and there may be thousands of them.
 */
export function suspectServers(
  { replaced }: OptionFacts,
  { added }: ServerDifference,
): ReadonlyMap<string, ReadonlySet<string>> {
  const suspects = new Map<string, Set<string>>()
  for (const id of [...added.keys(), ...replaced]) {
    const [pool = '', name = ''] = id.split('/')
    const names = suspects.get(pool) ?? new Set()
    suspects.set(pool, names.add(name))
  }
  return suspects
}

/** Returns whether a running server has other options than its line, or may have. */
export function hasOtherOptions(
  desired: DesiredServer,
  server: RunningServer,
  { optionsBesideText, replaced }: OptionFacts,
  { added }: ServerDifference,
): boolean {
  const id = serverId(server)
  if (replaced.has(id)) return true
  const options = added.get(id)
  const known = optionsBesideText.get(id) ?? (wasJustAdded(server, desired) ? options : undefined)
  return options !== undefined && options !== known
}

/**
 * Returns whether a server with unknown options looks like the desired one,
 * added by a process that was killed before the file had it: it still has its
 * first weight. One that drains has weight 0 instead, and may have the options of an older line.
 */
function wasJustAdded(server: RunningServer, { address, port }: DesiredServer): boolean {
  const isSamePlace = isSameAddress(server.address, address) && server.port === port
  return isSamePlace && server.weight > 0 && server.initialWeight === server.weight
}

/** Returns the `maxconn` of a server's options; 0, which is no limit, without one. */
export function maxconnOf({ options }: DesiredServer): number {
  const words = parseServerOptions(splitWords(options))
  return Number(words.find(({ keyword }) => keyword === 'maxconn')?.values[0] ?? 0)
}

/** HAProxy refuses lines of more than 64 words (MAX_LINE_ARGS); commands may have more. */
const maxOptionWords = 58

/** Returns why a server has to come by a reload; undefined if it can be added at run time. */
export function reasonAgainstAdding(
  pool: string,
  { name, address, weight, options }: DesiredServer,
  { added }: ServerDifference,
): ReloadReason | undefined {
  const id = serverId({ pool, name })
  if (options.includes('$')) {
    const reason = `the options of ${id} have an environment variable, which only a reload expands`
    return { trigger: 'options', reason }
  }
  if (canonicalAddress(address) === undefined) {
    const reason = `the address of ${id} is a name, which only a reload resolves`
    return { trigger: 'options', reason }
  }
  const words = splitWords(options)
  if (words.length > maxOptionWords || words.includes('') || options.includes('<<')) {
    return { trigger: 'options', reason: `the options of ${id} are no words of a command` }
  }
  const onLine = added.get(id)
  const inPool = () => comparableOptions(splitWords(`weight ${weight} ${options}`))
  if (onLine === undefined || onLine === inPool()) return undefined
  return { trigger: 'options', reason: `${id} has other options on its line than in the pools` }
}

/** Returns why a server with other options needs a reload; undefined if it is idle. */
export function reasonAgainstReplacing(
  server: RunningServer,
  { sessions }: OptionFacts,
): ReloadReason | undefined {
  const id = serverId(server)
  if (isReplaceable({ server, sessions: sessions.get(id) })) return undefined
  return { trigger: 'options', reason: `${id} runs with other options and may have clients` }
}
