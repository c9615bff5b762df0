import { HaproxyError, listEntries, type PatternList, type RuntimeClient } from 'haproxy-runtime'
import type { DesiredFile } from '../plan/desired-file.js'
import { isSetAtRuntime } from './list-text.js'

/** Longest time for a batch of entries, in milliseconds; a loaded HAProxy takes one in some 20. */
const batchTimeoutMs = 10_000

/** Returns HAProxy's list of a file. */
export function listOf(runtime: RuntimeClient, { path, use }: DesiredFile): PatternList {
  return use === 'acl' ? runtime.acl(path) : runtime.map(path)
}

/**
 * Gives HAProxy the content of lists, each in one transaction.
 *
 * @returns the reason why only a reload can do it, in words; undefined if all have their content
 */
export async function setLists(
  runtime: RuntimeClient,
  lists: readonly DesiredFile[],
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const file of lists) {
    if (!isSetAtRuntime(file)) return `a line of ${file.path} is too long to be set at run time`
    try {
      const entries = listEntries(file.use === 'acl' ? 'acl' : 'map', file.text)
      await listOf(runtime, file).replace(entries, { timeoutMs: batchTimeoutMs, signal })
    } catch (error) {
      if (!isRefusal(error)) throw error
      return `the content of ${file.path} cannot be set at run time: ${error.message}`
    }
  }
  return undefined
}

/** Returns whether HAProxy has no such list, or does not take an entry at run time. */
function isRefusal(error: unknown): error is HaproxyError {
  return (
    error instanceof HaproxyError && (error.code === 'refused' || error.code === 'unsafe-argument')
  )
}
