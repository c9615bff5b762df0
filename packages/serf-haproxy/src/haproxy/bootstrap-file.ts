import { statSync } from 'node:fs'
import type { Configuration } from '../configuration/schema.js'

/** Time that HAProxy waits for a file with members; after that a file with empty pools is written. */
const bootstrapWaitMs = 3000

/** Returns whether a file with empty pools is due: HAProxy has no file, and Serf has not answered for long. */
export function isBootstrapDue(configuration: Configuration, waitedMs: number): boolean {
  return waitedMs >= bootstrapWaitMs && lacksFile(configuration)
}

/** Returns whether HAProxy has no file to start with; an empty one only gives the owner and the mode. */
export function lacksFile({ haproxy }: Configuration): boolean {
  return (statSync(haproxy.configFile, { throwIfNoEntry: false })?.size ?? 0) === 0
}
