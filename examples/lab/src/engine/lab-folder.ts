import { lstatSync, readFileSync, type Stats } from 'node:fs'
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
  /** Name of the stage that its nodes have; the whole system where it is missing. */
  readonly stage?: string
  /** The process that made the lab, in the form of its engine. */
  readonly creator?: unknown
}

const markFile = 'serf-haproxy-lab.json'

/** Every entry that a lab makes in its folder. */
const ownEntries = [
  'keys.json',
  'keys',
  'nodes',
  'stage',
  'frozen',
  'sockets',
  'autoscale',
  markFile,
]

/**
 * Returns the mark of a lab's folder; undefined where the folder is not a lab's.
 * A link and a folder of another user are not: either can be a trap, since the
 * default folder's name can be known.
 */
export function readMark(folder: string): LabMark | undefined {
  const file = join(folder, markFile)
  try {
    const [status, markStatus] = [lstatSync(folder), lstatSync(file)]
    if (!status.isDirectory() || !isOwn(status)) return undefined
    if (!markStatus.isFile() || !isOwn(markStatus)) return undefined
    const mark = JSON.parse(readFileSync(file, 'utf8')) as Partial<LabMark> | null
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

/**
 * Rejects a folder that is not a lab's, before a file is written or removed in it.
 *
 * @throws LabError that names the folder and what to do.
 */
export function requireLabFolder(folder: string): void {
  if (readMark(folder)) return
  throw new LabError(
    `The folder ${folder} is not this lab's: expected a folder with the file ${markFile}, made by this user; name the lab's own with --folder, or leave the option out`,
  )
}

function isOwn({ uid }: Stats): boolean {
  return uid === process.getuid?.()
}

async function requireUsable(folder: string): Promise<void> {
  const status = await lstat(folder)
  if (status.isSymbolicLink()) throw new Error('expected a folder, got a symbolic link')
  if (!isOwn(status)) throw new Error('it belongs to another user')
  const files = await readdir(folder)
  if (files.length === 0 || readMark(folder)) return
  const shown = files.slice(0, 3).join(', ') + (files.length > 3 ? ', …' : '')
  throw new Error(`expected no files but those of a lab, got ${shown}`)
}

/** Removes the mark last: an interrupted removal can be repeated. */
async function removeOwnEntries(folder: string): Promise<void> {
  for (const entry of ownEntries) await rm(join(folder, entry), { recursive: true, force: true })
}
