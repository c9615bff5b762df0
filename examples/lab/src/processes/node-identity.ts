import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place } from '../engine/place.js'
import { LabError } from '../lab-error.js'
import { nodePaths } from './node-files.js'
import { isRunning, type ProcessId } from './processes.js'

/** Keeps the identity of a node's first process for commands in other terminals. */
export async function writeIdentity(
  place: Place,
  node: string,
  identity: ProcessId,
): Promise<void> {
  await writeFile(identityFile(place, node), JSON.stringify(identity))
}

/** Returns a node's first process; undefined where it does not run. */
export async function supervisorOf(place: Place, node: string): Promise<ProcessId | undefined> {
  const identity = await readIdentity(place, node)
  return identity && (await isRunning(identity)) ? identity : undefined
}

/**
 * Returns a node's first process, running or not.
 *
 * @throws LabError where the node was never started.
 */
export async function firstProcess(place: Place, node: string): Promise<ProcessId> {
  const identity = await readIdentity(place, node)
  if (identity) return identity
  throw new LabError(`There has been no node ${node} in this lab`)
}

async function readIdentity(place: Place, node: string): Promise<ProcessId | undefined> {
  const text = await readFile(identityFile(place, node), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as ProcessId)
}

function identityFile(place: Place, node: string): string {
  return join(nodePaths(place, node).folder, 'supervisor.json')
}
