import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { AgentError } from '../agent-error.js'

interface Owner {
  readonly pid: number
  /** Start time of the process in the kernel's ticks: a process id may be reused. */
  readonly startedAt: string
}

/**
 * Makes this process the only agent of a HAProxy, by a lock file next to the
 * configuration file that two agents would overwrite. The lock of a process that
 * no longer runs is replaced.
 *
 * @returns a function that releases the lock
 * @throws AgentError `locked` if another agent holds the lock, or the lock file
 * cannot be written.
 */
export function lockHaproxy(configFile: string): () => void {
  const path = `${configFile}.lock`
  const own = { pid: process.pid, startedAt: startTimeOf(process.pid) ?? '' }
  const text = JSON.stringify(own)
  const draft = `${path}.${process.pid}`
  orLockError(path, () => writeFileSync(draft, text, { mode: 0o600 }))
  try {
    for (let attempts = 0; attempts < 10; attempts++) {
      if (createLock(draft, path)) return () => release(path, text)
      const owner = ownerOf(path)
      if (owner && isAlive(owner)) throw locked(path, owner.pid)
      removeStale(path, owner)
    }
    throw new AgentError(
      'locked',
      `Cannot lock ${path}: several agents start at the same time; start only one`,
    )
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Creates the lock as a hard link: only one process succeeds, and no other reads a partial file. */
function createLock(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes a stale lock. A lock that another agent has taken in the meantime is restored. */
function removeStale(path: string, stale: Owner | undefined): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const owner = ownerOf(aside)
  if (owner && owner.pid !== stale?.pid && isAlive(owner)) renameSync(aside, path)
  else rmSync(aside, { force: true })
}

function release(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) rmSync(path)
  } catch {
    // The lock, or its folder, was removed: it is released in any case.
  }
}

function ownerOf(path: string): Owner | undefined {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Owner>
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined
  } catch {
    return undefined
  }
}

function isAlive({ pid, startedAt }: Owner): boolean {
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

function locked(path: string, pid: number): AgentError {
  return new AgentError(
    'locked',
    `Another agent, process ${pid}, controls this HAProxy: expected no lock, got ${path}; stop that agent first`,
  )
}

function orLockError(path: string, act: () => void): void {
  try {
    act()
  } catch (cause) {
    const message = `Cannot lock ${path}: ${(cause as Error).message}`
    throw new AgentError('locked', message, { cause })
  }
}
