import { newKeys } from 'lab-node'
import { LabError } from '../lab-error.js'
import { shellWord } from '../shell-word.js'
import { claimFolder, readMark, removeLabFolder } from '../engine/lab-folder.js'
import { keysFile, writeSecret } from './node-files.js'
import type { Place } from '../engine/place.js'
import type { Stage } from '../engine/stage.js'
import { identify, isRunning, markedProcesses, type ProcessId } from './processes.js'

/** Returns whether a lab runs in the place's folder: it has processes, or its creator still runs. */
export async function isLabFolder(place: Place): Promise<boolean> {
  const mark = readMark(place.folder)
  if (mark?.runner !== 'process') return false
  const creator = mark.creator as ProcessId | undefined
  if (creator && (await isRunning(creator))) return true
  return (await markedProcesses(`${place.folder}/`)).length > 0
}

/** Creates the place's folder with new keys; throws where a lab runs. */
export async function claimLabFolder(place: Place, stage: Stage): Promise<void> {
  if (await isLabFolder(place)) {
    throw new LabError(
      `A lab runs in ${place.folder} already: use it, end it with: npm run lab -- down --folder ${shellWord(place.folder)}, or give this one another network with --subnet 127.0.43`,
    )
  }
  const creator = await identify(process.pid)
  await claimFolder(place.folder, {
    runner: 'process',
    subnet: place.subnet,
    stage: stage.name,
    creator,
  })
  try {
    await writeSecret(keysFile(place), JSON.stringify(newKeys()), 'wx')
  } catch (error) {
    await removeLabFolder(place.folder)
    throw error
  }
}
