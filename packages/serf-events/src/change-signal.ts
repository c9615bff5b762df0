import type { MembershipCause } from './membership.js'
import { nextRead, type PastReads, type PendingNotices, type ReadTiming } from './read-schedule.js'

/** The notices that one read answers, joined to one. */
export interface ChangeNotice {
  /** `log` if one of the notices came from the log, else the first cause. */
  readonly cause: MembershipCause
  /** Time of the first notice that the read answers; milliseconds of `performance.now()`. */
  readonly detectedAt: number
}

/** Read that is due. */
export interface DueRead extends ChangeNotice {
  /** Names to ask for, with true for a member that may be gone; undefined for all members. */
  readonly names: ReadonlyMap<string, boolean> | undefined
}

/** Maximum number of names in one call. For more names all members are read. */
const maxNames = 64

/** Longest name that is asked for, in characters; a longer one is a doubt. */
const maxNameLength = 255

interface Waiter {
  resolve(read: DueRead): void
  reject(error: Error): void
}

const nothingPending: PendingNotices = {
  wanted: 'none',
  firstNoticeAt: 0,
  lastNoticeAt: 0,
  doubtAt: Infinity,
}

const noReads: PastReads = {
  startedAt: -Infinity,
  endedAt: -Infinity,
  doubtAnsweredAt: -Infinity,
  size: 0,
}

/** Collects notices of changes, and determines when to read which members. */
export class ChangeSignal {
  readonly #timing: ReadTiming
  readonly #readsNames: boolean
  #pending = nothingPending
  #past = noReads
  #names = new Map<string, boolean>()
  /** Names of the read that runs; undefined if it reads all members. */
  #reading: ReadonlyMap<string, boolean> | undefined = new Map()
  #cause: MembershipCause | undefined
  #doubtCause: MembershipCause | undefined
  #timer: NodeJS.Timeout | undefined
  #resync: NodeJS.Timeout | undefined
  #waiter: Waiter | undefined
  #failure: Error | undefined

  /** @param readsNames - false if each change needs a whole read */
  constructor(timing: ReadTiming, readsNames = true) {
    this.#timing = timing
    this.#readsNames = readsNames
  }

  /** Records a notice that this member changed, or may be gone if `isGone`. */
  notify(cause: MembershipCause, name: string, isGone = false): void {
    if (name.length > maxNameLength) return this.doubt(cause)
    if (!this.#readsNames || this.#pending.wanted === 'all') return this.notifyAll(cause)
    // The reply is newer than all notices: one that says that the member may be gone is enough.
    this.#names.set(name, isGone || this.#names.get(name) === true)
    if (this.#names.size > maxNames) this.notifyAll(cause)
    else this.#want(cause, 'named')
  }

  /** Records a notice that asks for all members. */
  notifyAll(cause: MembershipCause): void {
    this.#names.clear()
    this.#want(cause, 'all')
  }

  /** Records that any member may have changed. The whole read comes at a bounded rate. */
  doubt(cause: MembershipCause): void {
    this.#doubtCause = joined(this.#doubtCause, cause)
    const doubtAt = Math.min(this.#pending.doubtAt, performance.now())
    this.#pending = { ...this.#pending, doubtAt }
    this.#schedule()
  }

  /** Returns true if a read that is due or runs asks for this member. */
  isAskedFor(name: string): boolean {
    if (this.#pending.wanted === 'all' || !this.#reading) return true
    return this.#names.has(name) || this.#reading.has(name)
  }

  /** Ends the signal: the current or next call of `due` rejects with this error. */
  readonly fail = (error: Error): void => {
    this.#failure ??= error
    this.#waiter?.reject(this.#failure)
  }

  /** Resolves when the next read is due and begins. A whole read answers every notice so far. */
  due(): Promise<DueRead> {
    return new Promise((resolve, reject) => {
      if (this.#failure) throw this.#failure
      this.#waiter = { resolve, reject }
      this.#schedule()
    })
  }

  /** Records the end of the read, after which this many members are known. */
  readEnded(size: number): void {
    this.#reading = new Map()
    this.#past = { ...this.#past, endedAt: performance.now(), size }
  }

  /** Asks for all members after this time, in place of the time before. */
  resyncAfter(intervalMs: number): void {
    clearTimeout(this.#resync)
    this.#resync = setTimeout(() => this.notifyAll('resync'), intervalMs)
  }

  /** Stops the timers; `due` no longer resolves. */
  stop(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#resync)
  }

  #want(cause: MembershipCause, wanted: 'named' | 'all'): void {
    const now = performance.now()
    this.#cause = joined(this.#cause, cause)
    const firstNoticeAt = this.#pending.wanted === 'none' ? now : this.#pending.firstNoticeAt
    this.#pending = { ...this.#pending, wanted, firstNoticeAt, lastNoticeAt: now }
    this.#schedule()
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (!this.#waiter) return
    const next = nextRead(this.#pending, this.#past, this.#timing)
    if (!next) return
    const delayMs = next.at - performance.now()
    if (delayMs > 0) {
      this.#timer = setTimeout(() => this.#schedule(), delayMs)
      return
    }
    const { resolve } = this.#waiter
    this.#waiter = undefined
    resolve(next.members === 'all' ? this.#beginAll() : this.#beginNamed())
  }

  #beginNamed(): DueRead {
    const names = this.#names
    const { firstNoticeAt, doubtAt } = this.#pending
    const cause = this.#cause ?? 'log'
    this.#begin(names)
    this.#pending = { ...nothingPending, doubtAt }
    return { names, cause, detectedAt: firstNoticeAt }
  }

  #beginAll(): DueRead {
    const { wanted, firstNoticeAt, doubtAt } = this.#pending
    const detectedAt = Math.min(wanted === 'none' ? Infinity : firstNoticeAt, doubtAt)
    const cause = this.#doubtCause ? joined(this.#cause, this.#doubtCause) : this.#cause
    this.#begin(undefined)
    // A whole read that was wanted anyway is not one because of the doubt.
    if (wanted !== 'all') this.#past = { ...this.#past, doubtAnsweredAt: this.#past.startedAt }
    this.#doubtCause = undefined
    this.#pending = nothingPending
    return { names: undefined, cause: cause ?? 'resync', detectedAt }
  }

  #begin(names: ReadonlyMap<string, boolean> | undefined): void {
    this.#past = { ...this.#past, startedAt: performance.now() }
    this.#reading = names
    this.#names = new Map()
    this.#cause = undefined
  }
}

/**
 * Joins two causes. The first read of a connection keeps its cause. The log
 * reports a change first, so any other burst with a log line has the cause `log`.
 */
function joined(first: MembershipCause | undefined, next: MembershipCause): MembershipCause {
  if (first === 'initial' || first === 'reconnect') return first
  return !first || next === 'log' ? next : first
}
