import { accessSync, constants, readlinkSync, realpathSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ReloadError } from '../reload-error.js'

/** Most links that lead from one to the next, as in Linux. */
const mostLinks = 40

/**
 * Returns what a look at the disk finds; undefined if there is nothing. Such looks are answered
 * from memory, and are too short to be handed to another thread.
 */
export function found<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}

/**
 * Follows the links of a path. The last of them may lead to a file that is not there yet.
 *
 * @throws Error if links go in a circle
 */
function followLinks(path: string): string {
  let target = path
  for (let count = 0; count <= mostLinks; count++) {
    // A missing folder is an error of what is done with the file.
    const folder = found(() => realpathSync.native(dirname(target))) ?? resolve(dirname(target))
    const next = join(folder, basename(target))
    const link = found(() => readlinkSync(next))
    if (link === undefined) return next
    target = resolve(folder, link)
  }
  throw Object.assign(new Error(`ELOOP: too many links, ${path}`), { code: 'ELOOP' })
}

/** The reason why a file cannot be replaced. */
interface FileProblem {
  /** Problem in words: expected and actual state. */
  readonly text: string
  /** Change that resolves it, in words. */
  readonly remedy: string
  /** True if it may end by itself: the folder is read-only now, as a failing disk may be. */
  readonly mayEnd: boolean
}

/**
 * Inspects the place of a file that is to be replaced by `rename`.
 *
 * @example
 * ```ts
 * import { inspectFile } from 'haproxy-reloader'
 *
 * const { mode, problem } = await inspectFile('/tmp')
 * mode === 0o1777 // => true
 * problem?.text // => 'expected a file, got a folder'
 * ```
 */
export async function inspectFile(path: string): Promise<{
  /** Path of the file without links. */
  readonly target: string
  /** Permission bits that a replacement keeps; undefined without a file. */
  readonly mode: number | undefined
  /** Owner that a replacement keeps; undefined without a file. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
  /** Number of its hard links; 0 without a file. */
  readonly names: number
  /** Reason why it cannot be replaced; undefined if it can. */
  readonly problem: FileProblem | undefined
}> {
  const target = followLinks(path)
  const file = found(() => statSync(target))
  return {
    target,
    mode: file && file.mode & 0o7777,
    owner: file && { uid: file.uid, gid: file.gid },
    names: file?.nlink ?? 0,
    problem: await findProblem(target),
  }
}

/**
 * Returns the target of a path.
 *
 * @param use - a file of a folder that is read-only now may be read
 * @throws ReloadError `file` if it cannot be replaced
 */
export async function replaceableFile(path: string, use: 'read' | 'write'): Promise<string> {
  const { target, problem } = await inspectFile(path)
  if (problem === undefined || (use === 'read' && problem.mayEnd)) return target
  throw new ReloadError('file', `Cannot replace ${path}: ${problem.text}; ${problem.remedy}`)
}

async function findProblem(target: string): Promise<FileProblem | undefined> {
  const folder = dirname(target)
  if (isMountPoint(target, await readMounts()))
    return {
      text: `expected a file in a folder, got ${target} as a mount of its own, which cannot be renamed`,
      remedy: `mount the folder ${folder} instead of the file`,
      mayEnd: false,
    }
  if (found(() => statSync(target))?.isDirectory())
    return {
      text: 'expected a file, got a folder',
      remedy: 'move the folder away, or name another file',
      mayEnd: false,
    }
  if (!found(() => statSync(folder))?.isDirectory()) return undefined
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return {
      text: `expected a folder that this user may write, got ${(error as Error).message}`,
      remedy: `give this user write access to ${folder}, or put the file elsewhere`,
      mayEnd: true,
    }
  }
}

/** Time for which the mounts are not read again, in milliseconds: every write asks for them. */
const mountsForMs = 5000
let mounts: { readonly text: Promise<string>; readonly readAt: number } | undefined

function readMounts(): Promise<string> {
  const now = performance.now()
  if (!mounts || now - mounts.readAt >= mountsForMs)
    mounts = { text: readFile('/proc/self/mountinfo', 'latin1').catch(() => ''), readAt: now }
  return mounts.text
}

/** Returns whether a path is a mount point, by the bytes of `/proc/self/mountinfo` as latin1. */
export function isMountPoint(path: string, mountinfo: string): boolean {
  return mountinfo.split('\n').some(line => {
    const point = line
      .split(' ')[4]
      ?.replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      )
    return point !== undefined && Buffer.from(point, 'latin1').equals(Buffer.from(path))
  })
}
