import { rm } from 'node:fs/promises'
import { newKeys } from 'lab-node'
import { LabError } from '../lab-error.js'
import { requireOwnFolder } from '../engine/own-folder.js'
import { keysFile, readKeys, writeSecret } from './node-files.js'
import type { Place } from '../engine/place.js'
import { identify, isRunning, markedProcesses } from './processes.js'

/**
 * Returns whether a lab runs in the place's folder. A folder that a power
 * failure left, with no process of its lab, is removed.
 */
export async function isLabFolder(place: Place): Promise<boolean> {
  const keys = await readKeys(place).catch(() => undefined)
  if (!keys) return false
  if (keys.creator && (await isRunning(keys.creator))) return true
  if ((await markedProcesses(`${place.folder}/`)).length > 0) return true
  await rm(place.folder, { recursive: true, force: true })
  return false
}

/** Creates the place's folder with new keys; throws where a lab runs. */
export async function claimLabFolder(place: Place): Promise<void> {
  if (await isLabFolder(place)) throw alreadyThere(place)
  await requireOwnFolder(place.folder)
  const creator = await identify(process.pid)
  const text = JSON.stringify({ ...newKeys(), creator })
  await writeSecret(keysFile(place), text, 'wx').catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'EEXIST' ? alreadyThere(place) : cause
  })
}

function alreadyThere({ folder }: Place): LabError {
  return new LabError(
    `A lab runs in ${folder} already: use it, end it with: npm run lab -- down, or give this one another network with --subnet 127.0.43`,
  )
}
