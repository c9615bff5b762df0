import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The content of the place of a lock. */
export type LockFound =
  | { readonly kind: 'free' }
  | { readonly kind: 'held'; readonly pid: number }
  /** A lock without a running agent; `why` in words. */
  | { readonly kind: 'stale'; readonly why: string }
  /** Something that this program may not remove. */
  | { readonly kind: 'unknown'; readonly what: string; readonly remedy: string }

/** Bytes of a lock are far fewer; a larger file is none. */
const mostBytes = 4096
/** The largest process id of Linux. */
const largestPid = 4_194_304

/** Returns the text of the lock of this process. */
export function ownerText(): string {
  return JSON.stringify({ pid: process.pid, startedAt: startTimeOf(process.pid) ?? '' })
}

/**
 * Reads the place of a lock, whatever is there.
 *
 * @throws Error of the file system
 */
export function readLock(path: string): LockFound {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return { kind: 'free' }
  if (found.isSymbolicLink()) return { kind: 'stale', why: 'it was a link' }
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : 'a special file'
    return { kind: 'unknown', what, remedy: 'remove it' }
  }
  if (found.size > mostBytes) return { kind: 'stale', why: `it had ${found.size} bytes` }
  return judgeLock(readFileSync(path, 'utf8'))
}

/** Judges the text of a lock. An agent never leaves a partial one, but a crash of the machine may. */
function judgeLock(text: string): LockFound {
  const data = parsed(text)
  if (text.trim() === '') return { kind: 'stale', why: 'it was empty' }
  if (data === undefined) return { kind: 'stale', why: 'it had no JSON object' }
  const { pid, startedAt, version } = data
  if (isPid(pid) && typeof startedAt === 'string')
    return isAlive(pid, startedAt)
      ? { kind: 'held', pid }
      : { kind: 'stale', why: `process ${pid} does not run any more` }
  if (version === undefined) return { kind: 'stale', why: 'it named no process and start time' }
  const what = `version ${JSON.stringify(version)} of the lock`
  return { kind: 'unknown', what, remedy: 'stop the newer agent, then remove the file' }
}

function isPid(pid: unknown): pid is number {
  return typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && pid <= largestPid
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const data: unknown = JSON.parse(text)
    const isObject = typeof data === 'object' && data !== null && !Array.isArray(data)
    return isObject ? (data as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}

/** @param startedAt - start time in the kernel's ticks, since a process id may be reused; empty if unknown */
function isAlive(pid: number, startedAt: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const start = startTimeOf(pid)
  return start === undefined || startedAt === '' || start === startedAt
}

/** Reads the start time, field 22 of /proc/PID/stat; undefined without such a file, as on systems other than Linux. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/** Removes the drafts that agents left which were killed, or met a full disk. */
export function tidyDrafts(path: string): void {
  const folder = dirname(path)
  const start = `${basename(path)}.`
  for (const name of namesIn(folder)) {
    const [, pid] =
      (name.startsWith(start) && /^(?:stale\.)?(\d+)$/.exec(name.slice(start.length))) || []
    if (pid === undefined || (Number(pid) !== process.pid && isAlive(Number(pid), ''))) continue
    remove(join(folder, name))
  }
}

/** A draft that cannot be removed now does no harm. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // The disk refuses.
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
