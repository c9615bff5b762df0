import { existsSync } from 'node:fs'
import type { Configuration } from '../configuration/schema.js'

/** HAProxy waits this long for a file that has the members in it; then one with empty pools has to do. */
const worthMs = 3000

/** Where HAProxy has no file to start with: whether it has waited long enough for Serf's word; ms. */
export function isBootstrapDue(configuration: Configuration, waitedMs: number): boolean {
  return waitedMs >= worthMs && lacksFile(configuration)
}

/** HAProxy has no file to start with. */
export function lacksFile({ haproxy }: Configuration): boolean {
  return !existsSync(haproxy.configFile)
}
