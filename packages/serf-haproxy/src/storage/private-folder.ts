import { chmodSync, lstatSync, mkdirSync, statSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { AgentError } from '../agent-error.js'

/** Only the owner may enter: members, and configurations with secrets, are private. */
const privateMode = 0o700
/** Bits of the group and of others that let them add, rename and remove files. */
const writableByOthers = 0o022
const stickyBit = 0o1000

/** A problem of a folder, with its remedy. */
export interface FolderProblem {
  readonly text: string
  readonly remedy: string
}

/**
 * Creates a folder that only its owner may use, or checks the one that is there.
 * One of this user that others may write is repaired.
 *
 * @returns the repair in words; undefined if nothing had to be repaired
 * @throws AgentError `state-folder` for a folder that other users control; Error of
 * the file system if the disk refuses
 */
export function preparePrivateFolder(path: string): string | undefined {
  mkdirSync(path, { recursive: true, mode: privateMode })
  const problem = foreignControl(path)
  if (problem)
    throw new AgentError('state-folder', `Cannot use ${path}: ${problem.text}; ${problem.remedy}`)
  const { mode, uid } = statSync(path)
  if ((mode & writableByOthers) === 0) return undefined
  try {
    chmodSync(path, privateMode)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') throw cause
    const message = `Cannot use ${path}: expected a folder that only its owner may write, got mode ${octal(mode)} of user ${uid}; chmod 700 ${path}`
    throw new AgentError('state-folder', message, { cause })
  }
  return `${path} had mode ${octal(mode)}, so that other users could replace its files; it has 700 now`
}

/**
 * Finds another user that controls the folder: its owner, or one that may replace
 * the link that leads to it. A missing folder has none.
 */
export function foreignControl(path: string): FolderProblem | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return undefined
  if (found.isSymbolicLink() && isReplaceable(found, dirname(path)))
    return {
      text: `expected a folder, got a link in ${dirname(path)}, which other users may write`,
      remedy: 'name the folder itself',
    }
  const folder = statSync(path)
  if (!isForeign(folder)) return undefined
  const own = process.getuid?.() ?? 0
  return {
    text: `expected a folder of user ${own}, got one of user ${folder.uid}, who can replace its files`,
    remedy: `chown ${own} ${path}`,
  }
}

/** Returns whether users other than the owner may write a folder, and its mode in octal. */
export function sharedMode(path: string): string | undefined {
  const { mode } = statSync(path)
  return (mode & writableByOthers) === 0 ? undefined : octal(mode)
}

/** Returns whether every user may replace the files of a folder. */
export function isOpenToAll(path: string): boolean {
  const { mode } = statSync(path)
  return (mode & 0o002) !== 0 && (mode & stickyBit) === 0
}

/** Returns whether a file or folder belongs to a user other than root and this one. */
export function isForeign({ uid }: Pick<Stats, 'uid'>): boolean {
  return uid !== 0 && uid !== process.getuid?.()
}

function isReplaceable(link: Stats, parent: string): boolean {
  if (isForeign(link)) return true
  const { mode, uid } = statSync(parent)
  const isShared = (mode & writableByOthers) !== 0 && (mode & stickyBit) === 0
  return isShared || isForeign({ uid })
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8)
}
