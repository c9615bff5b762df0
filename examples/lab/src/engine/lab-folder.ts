import { readFileSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../lab-error.js'

/** Programs that run the nodes of a lab. */
type RunnerName = 'process' | 'docker' | 'podman'

const runners: readonly string[] = ['process', 'docker', 'podman'] satisfies RunnerName[]

/** Content of the file that marks a folder as a lab's; only such a folder is ever cleared. */
export interface LabMark {
  readonly runner: RunnerName
  readonly subnet: string
  /** The process that made the lab, in the form of its engine. */
  readonly creator?: unknown
}

const markFile = 'serf-haproxy-lab.json'

/** Every entry that a lab makes in its folder. */
const ownEntries = ['keys.json', 'keys', 'nodes', 'stage', 'frozen', 'sockets', markFile]

/** Returns the mark of a lab's folder; undefined where the folder is not a lab's. */
export function readMark(folder: string): LabMark | undefined {
  try {
    const mark = JSON.parse(readFileSync(join(folder, markFile), 'utf8')) as Partial<LabMark> | null
    const { runner, subnet } = mark ?? {}
    const isMark = typeof runner === 'string' && runners.includes(runner)
    return isMark && typeof subnet === 'string' ? (mark as LabMark) : undefined
  } catch {
    return undefined
  }
}

/**
 * Creates the folder of a lab, or takes an empty one, or one that an ended lab
 * left; other users get no access.
 *
 * @throws LabError where the folder is a link, belongs to another user, or holds other files.
 */
export async function claimFolder(folder: string, mark: LabMark): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await requireUsable(folder)
    if (readMark(folder)) await removeOwnEntries(folder)
    await chmod(folder, 0o700)
    const file = join(folder, markFile)
    await writeFile(file, JSON.stringify(mark), { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    const reason = (cause as Error).message
    throw new LabError(
      `The lab cannot use the folder ${folder}: ${reason}; name another with --folder`,
    )
  }
}

/** Removes what a lab made in its folder, and the folder once it is empty; a folder without the mark is not touched. */
export async function removeLabFolder(folder: string): Promise<void> {
  if (!readMark(folder)) return
  await removeOwnEntries(folder)
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Files of the user are there, too.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
}

async function requireUsable(folder: string): Promise<void> {
  // The default folder's name can be known: a link there may be another user's trap.
  const status = await lstat(folder)
  if (status.isSymbolicLink()) throw new Error('expected a folder, got a symbolic link')
  if (status.uid !== process.getuid?.()) throw new Error('it belongs to another user')
  const files = await readdir(folder)
  if (files.length === 0 || readMark(folder)) return
  const shown = files.slice(0, 3).join(', ') + (files.length > 3 ? ', …' : '')
  throw new Error(`expected no files but those of a lab, got ${shown}`)
}

/** Removes the mark last: an interrupted removal can be repeated. */
async function removeOwnEntries(folder: string): Promise<void> {
  for (const entry of ownEntries) await rm(join(folder, entry), { recursive: true, force: true })
}
