import { randomUUID } from 'node:crypto'
import { link, lstat, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { ImageError } from './image-error.js'

/** Options of {@link withLock}. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined
  /** Called once, with the process that holds the lock, before the wait for it begins. */
  readonly onWait?: (holder: number) => void
  readonly everyMs?: number
}

/** A process, and when it started: a later process may have the same number. */
interface Holder {
  readonly pid: number
  /** Clock ticks since boot; empty on a system without /proc. */
  readonly startTime: string
}

/**
 * Calls `act` while no other process of this machine holds the lock in `file`.
 * The lock of a process that has ended is taken over.
 *
 * @throws ImageError where the file is a link or belongs to another user.
 */
export async function withLock<T>(
  file: string,
  { signal, onWait = () => {}, everyMs = 200 }: LockOptions,
  act: () => Promise<T>,
): Promise<T> {
  let isWaiting = false
  while (!(await take(file))) {
    const found = await readOwn(file)
    if (found === undefined) continue
    const holder = parseHolder(found)
    if (holder === undefined || !(await isAlive(holder))) {
      await removeStale(file, found)
      continue
    }
    if (!isWaiting) onWait(holder.pid)
    isWaiting = true
    await wait(everyMs, undefined, { signal })
  }
  try {
    return await act()
  } finally {
    await rm(file, { force: true })
  }
}

/** Returns the lock's text; undefined where it has been released. In the temporary folder others can make files, too. */
async function readOwn(file: string): Promise<string | undefined> {
  const status = await lstat(file).catch(() => undefined)
  if (status === undefined) return undefined
  if (status.isFile() && status.uid === process.getuid?.())
    return readFile(file, 'utf8').catch(() => undefined)
  throw new ImageError(
    `The lock ${file} is not this user's: expected a file of user ${process.getuid?.()}, got ${status.isFile() ? `one of user ${status.uid}` : 'something else'}; remove it, or name another temporary folder with TMPDIR`,
  )
}

/** Creates the lock with its content in one step; false where there is one already. */
async function take(file: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`
  const holder: Holder = { pid: process.pid, startTime: await startTimeOf(process.pid) }
  await writeFile(own, JSON.stringify(holder), { flag: 'wx', mode: 0o600 })
  try {
    await link(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

/**
 * Removes the lock that was read as `stale`. Another process may have replaced
 * it since: that lock is valid, and is put back.
 */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, file).catch(() => {})
  await rm(aside, { force: true })
}

function parseHolder(text: string): Holder | undefined {
  const [, pid, startTime = ''] = /^\{"pid":([1-9]\d*),"startTime":"(\d*)"\}$/.exec(text) ?? []
  return pid === undefined ? undefined : { pid: Number(pid), startTime }
}

async function isAlive({ pid, startTime }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: the process exists, and belongs to another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return startTime === '' || startTime === (await startTimeOf(pid))
}

/** The start time of a process; empty where the system has no /proc. */
async function startTimeOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // proc(5): the name, in parentheses, may hold anything; the start time is field 22.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
