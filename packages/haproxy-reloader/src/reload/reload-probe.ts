import { setTimeout } from 'node:timers/promises'
import type { RuntimeClient } from 'haproxy-runtime'
import { pollDelayMs } from '../poll-delay.js'
import { answeringWorker } from './verify-worker.js'

/** One attempt to use HAProxy; resolves with the problem in words, undefined if it passed. */
type Probe = (attempt: {
  /** `before` a reload, and again `after` it. */
  readonly when: 'before' | 'after'
  /** Process id of the worker that has to answer; after a reload the old one may do so for some 40 ms. */
  readonly worker: number | undefined
  /** Aborts when the time is over. */
  readonly signal: AbortSignal
}) => Promise<string | undefined>

/** A probe, and the time in which it has to pass. */
export interface ProbeSettings {
  readonly probe: Probe
  readonly timeoutMs: number
}

/** The time, for attempts that have a limit. */
export interface ProbeTime {
  /** Returns the time of a monotonic clock, in milliseconds. */
  now(): number
  /** Resolves after a time, or rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

const systemTime: ProbeTime = {
  now: () => performance.now(),
  wait: (ms, signal) => setTimeout(ms, undefined, { signal }),
}

/**
 * The probe around one reload. It fails only if it passed before: a text cannot
 * be the cause of what failed before it too, and may be the correction.
 */
export class ReloadProbe {
  readonly #settings: ProbeSettings | undefined
  readonly #runtime: RuntimeClient
  readonly #time: ProbeTime
  #hasPassed = false
  #hasFailed = false

  constructor(
    settings: ProbeSettings | undefined,
    runtime: RuntimeClient,
    time: ProbeTime = systemTime,
  ) {
    this.#settings = settings
    this.#runtime = runtime
    this.#time = time
  }

  /** True if it passed before the reload and failed after it. */
  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** Probes once the worker that serves before the reload. */
  async before(signal: AbortSignal): Promise<void> {
    const { probe, timeoutMs } = this.#settings ?? {}
    if (!probe || timeoutMs === undefined) return
    const worker = await answeringWorker(this.#runtime, signal)
    const ask = (limited: AbortSignal) => probe({ when: 'before', worker, signal: limited })
    this.#hasPassed = (await attempt(ask, timeoutMs, { time: this.#time, signal })) === undefined
  }

  /**
   * Probes the new worker until the probe passes, or until its time is over.
   *
   * @returns the last problem, in words; undefined if it passed, or failed before the reload
   */
  async after(signal: AbortSignal): Promise<string | undefined> {
    const { probe, timeoutMs } = this.#settings ?? {}
    if (!probe || timeoutMs === undefined || !this.#hasPassed) return undefined
    const worker = await answeringWorker(this.#runtime, signal)
    const ask = (limited: AbortSignal) => probe({ when: 'after', worker, signal: limited })
    const limits = { time: this.#time, signal }
    const problem = await attemptUntil(this.#time.now() + timeoutMs, ask, limits)
    this.#hasFailed = problem !== undefined
    return problem && `the probe failed for ${timeoutMs} ms: ${problem}`
  }
}

type Ask = (signal: AbortSignal) => Promise<string | undefined>

interface AttemptLimits {
  readonly time: ProbeTime
  readonly signal: AbortSignal
}

/** Repeats attempts until one passes, or until the deadline; returns the last problem. */
async function attemptUntil(
  deadline: number,
  ask: Ask,
  { time, signal }: AttemptLimits,
): Promise<string | undefined> {
  let last: string | undefined
  for (let attempts = 0; ; attempts++) {
    const problem = await attempt(ask, Math.max(0, deadline - time.now()), { time, signal })
    if (problem === undefined) return undefined
    const leftMs = deadline - time.now()
    // An attempt that the deadline cut says less than one before it.
    if (leftMs <= 0) return last ?? problem
    last = problem
    await time.wait(Math.min(pollDelayMs(attempts), leftMs), signal)
  }
}

/** Makes one attempt, for a time at most even if it ignores its signal. An error is a problem. */
async function attempt(
  ask: Ask,
  timeoutMs: number,
  { time, signal }: AttemptLimits,
): Promise<string | undefined> {
  signal.throwIfAborted()
  const ended = new AbortController()
  const limits = AbortSignal.any([signal, ended.signal])
  const result = (async () => ask(limits))().catch((error: unknown) => (error as Error).message)
  const late = time.wait(timeoutMs, limits).then(() => 'it gave no result')
  try {
    return await Promise.race([result, late])
  } finally {
    ended.abort()
    late.catch(() => {})
    signal.throwIfAborted()
  }
}
