import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { NodePaths } from './node-files.js'

const execute = promisify(execFile)

/** Suspends the web application of a node. */
export async function suspendApplication(paths: NodePaths): Promise<void> {
  await execute('s6-svc', ['-p', service(paths)])
}

/** Continues a suspended web application; one that runs is not changed. */
export async function continueApplication(paths: NodePaths): Promise<void> {
  await execute('s6-svc', ['-c', service(paths)])
}

/** Returns whether the web application of a node is suspended. */
export async function isApplicationSuspended(paths: NodePaths): Promise<boolean> {
  const paused = await execute('s6-svstat', ['-o', 'paused', service(paths)]).catch(() => undefined)
  return paused?.stdout.trim() === 'true'
}

function service({ scan }: NodePaths): string {
  return join(scan, 'webapp')
}
