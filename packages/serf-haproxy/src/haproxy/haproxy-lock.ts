import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { AgentError } from '../agent-error.js'
import { ownerText, readLock, tidyDrafts, type LockFound } from './lock-file.js'

/** The lock of one HAProxy. */
export interface HaproxyLock {
  /** The error of the disk that refuses the lock; undefined while this process holds it. */
  readonly refused: AgentError | undefined
  /** A stale lock that was replaced, in words; undefined without one. */
  readonly replaced: string | undefined
  /**
   * Tries again after the disk refused.
   *
   * @throws AgentError `locked` if another agent took the lock meanwhile
   */
  retry(): void
  release(): void
}

/** Most attempts: another agent may take the lock, and end, between two steps of this one. */
const mostAttempts = 10

/**
 * Makes this process the only agent of a HAProxy, by a lock file next to the
 * configuration file that two agents would overwrite. The lock of a process that
 * no longer runs is replaced. A disk that refuses the lock does not stop the agent.
 *
 * @throws AgentError `locked` if another agent holds the lock, the file there is no lock, or
 * its folder is missing
 */
export function lockHaproxy(configFile: string): HaproxyLock {
  const path = `${configFile}.lock`
  const text = ownerText()
  let refused: AgentError | undefined
  let replaced: string | undefined
  const take = () => {
    try {
      tidyDrafts(path)
      replaced = takeLock(path, text) ?? replaced
      refused = undefined
    } catch (cause) {
      if (cause instanceof AgentError) throw cause
      const message = `Cannot lock ${path}: ${(cause as Error).message}; another agent could start meanwhile`
      const error = new AgentError('locked', message, { cause })
      // Without the folder there is no HAProxy to follow.
      if (/^(?:ENOENT|ENOTDIR)$/.test((cause as NodeJS.ErrnoException).code ?? '')) throw error
      refused = error
    }
  }
  take()
  return {
    get refused() {
      return refused
    },
    get replaced() {
      return replaced
    },
    retry() {
      if (refused) take()
    },
    release: () => release(path, text),
  }
}

/** Takes the lock; returns the stale one that it replaced, in words. */
function takeLock(path: string, text: string): string | undefined {
  let replaced: string | undefined
  for (let attempts = 0; attempts < mostAttempts; attempts++) {
    const found = readLock(path)
    refuseForeign(path, found)
    if (found.kind === 'stale') {
      replaced = `the lock ${path} was replaced: ${found.why}`
      removeStale(path)
    }
    if (createLock(path, text)) return replaced
  }
  throw new AgentError(
    'locked',
    `Cannot lock ${path}: several agents start at the same time; start only one`,
  )
}

/** @throws AgentError `locked` for the lock of a running agent, and for a file that is no lock */
function refuseForeign(path: string, found: LockFound): void {
  if (found.kind === 'held')
    throw new AgentError(
      'locked',
      `Another agent, process ${found.pid}, controls this HAProxy: expected no lock, got ${path}; stop that agent first`,
    )
  if (found.kind === 'unknown')
    throw new AgentError(
      'locked',
      `Cannot lock ${path}: expected the lock of an agent, got ${found.what}; ${found.remedy}`,
    )
}

/**
 * Creates the lock as a hard link: only one process succeeds, and no other reads
 * a partial file. Returns false if there is one.
 */
function createLock(path: string, text: string): boolean {
  const draft = `${path}.${process.pid}`
  try {
    // `wx` follows no link that another user has put there.
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' })
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Removes a stale lock. A lock that another agent has taken in the meantime is restored. */
function removeStale(path: string): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (readLock(aside).kind === 'held') renameSync(aside, path)
  else rmSync(aside, { force: true })
}

function release(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) rmSync(path)
  } catch {
    // The lock, or its folder, was removed: it is released in any case.
  }
}
