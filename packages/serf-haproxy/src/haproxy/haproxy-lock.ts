import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { AgentError } from '../agent-error.js'

interface Owner {
  readonly pid: number
  /** When the process started, as the kernel counts: a number may be given to another process. */
  readonly startedAt: string
}

/**
 * Makes this process the only agent of a HAProxy, by a file beside the
 * configuration file that both would write. A lock whose process is gone is
 * taken over.
 *
 * @returns what gives it up
 * @throws AgentError `locked` where another agent runs.
 */
export function lockHaproxy(configFile: string): () => void {
  const path = `${configFile}.lock`
  const own = { pid: process.pid, startedAt: startOf(process.pid) ?? '' }
  const text = JSON.stringify(own)
  const draft = `${path}.${process.pid}`
  attempt(path, () => writeFileSync(draft, text, { mode: 0o600 }))
  try {
    for (let attempts = 0; attempts < 10; attempts++) {
      if (claimed(draft, path)) return () => release(path, text)
      const found = ownerOf(path)
      if (found && isAlive(found)) throw locked(path, found.pid)
      removeStale(path, found)
    }
    throw new AgentError('locked', `Several agents begin at once on ${path}; start one of them`)
  } finally {
    rmSync(draft, { force: true })
  }
}

/** A link is made by one alone, and is never seen half written. */
function claimed(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Who begins at the same moment may have taken it over already: that one is put back. */
function removeStale(path: string, stale: Owner | undefined): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const found = ownerOf(aside)
  if (found && found.pid !== stale?.pid && isAlive(found)) renameSync(aside, path)
  else rmSync(aside, { force: true })
}

function release(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) rmSync(path)
  } catch {
    // Somebody removed it, or the folder: it is given up in any case.
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
  const start = startOf(pid)
  return start === undefined || startedAt === '' || start === startedAt
}

/** Field 22 of /proc/PID/stat; undefined where there is no such file, as on systems but Linux. */
function startOf(pid: number): string | undefined {
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
    `Another agent, process ${pid}, keeps this HAProxy: found ${path}, wanted none; stop it first`,
  )
}

function attempt(path: string, act: () => void): void {
  try {
    act()
  } catch (cause) {
    const message = `Cannot lock ${path}: ${(cause as Error).message}`
    throw new AgentError('locked', message, { cause })
  }
}
