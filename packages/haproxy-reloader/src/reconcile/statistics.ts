import type { Outcome } from '../plan/outcome.js'
import type { Operation, Plan } from '../plan/plan.js'
import { reloadTriggers, type ReloadTrigger } from '../plan/reload-trigger.js'

/** What somebody else did to HAProxy or its file, and was put right. */
export interface Drift {
  readonly count: number
  /** The last one, in words. */
  readonly last: string | undefined
}

/** How long something took, each time it was done. */
export interface Durations {
  readonly count: number
  readonly sumMs: number
  /** How many took no longer than so many milliseconds. */
  readonly upTo: readonly { readonly ms: number; readonly count: number }[]
}

/** What a reloader counted since it was made; plain data, for metrics and for people. */
export interface ReloaderFacts {
  /** The number of the last generation; 0 where there is none. */
  readonly generation: number
  /** Why generations are not all on the disk, in words; undefined where they are. */
  readonly generationsFault: string | undefined
  /** Calls and retries by how they ended; a look back that changed nothing is none. */
  readonly outcomes: Readonly<Record<Outcome['kind'], number>>
  /** Changes that were confirmed at run time, by kind. */
  readonly operations: Readonly<Record<Operation['kind'], number>>
  /** Reloads that were begun, by why, and how many of them were taken back. */
  readonly reloads: Readonly<Record<ReloadTrigger, number>>
  readonly failedReloads: number
  /** Old workers that finished their sessions when it was last looked; undefined where nobody tells. */
  readonly oldWorkers: number | undefined
  /** Batches of changes, from sending to the last reply. */
  readonly batches: Durations
  readonly drift: Drift
}

/** Counts. */
export interface Tally {
  readonly counted: Omit<ReloaderFacts, 'generation' | 'generationsFault'>
  outcome(kind: Outcome['kind']): void
  operations(done: readonly Operation[]): void
  batch(ms: number): void
  reload(plan: Plan, isDone: boolean): void
  oldWorkers(count: number): void
  drift(what: string): void
}

const outcomes = [
  'unchanged',
  'applied',
  'rejected',
  'rolled-back',
  'deferred',
  'superseded',
] as const
const operations = ['add', 'move', 'weigh', 'check', 'ready', 'drain', 'remove'] as const
const limits = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

/** A tally that begins with nothing. */
export function tally(): Tally {
  let counted: Tally['counted'] = {
    outcomes: zeros(outcomes),
    operations: zeros(operations),
    reloads: zeros(reloadTriggers),
    failedReloads: 0,
    oldWorkers: undefined,
    batches: { count: 0, sumMs: 0, upTo: limits.map(ms => ({ ms, count: 0 })) },
    drift: { count: 0, last: undefined },
  }
  const set = (changed: Partial<Tally['counted']>) => {
    counted = { ...counted, ...changed }
  }
  return {
    get counted() {
      return counted
    },
    outcome: kind => set({ outcomes: plusOne(counted.outcomes, kind) }),
    operations: done =>
      set({ operations: done.reduce((sum, { kind }) => plusOne(sum, kind), counted.operations) }),
    batch: ms => set({ batches: withDuration(counted.batches, ms) }),
    reload({ trigger = 'unknown' }, isDone) {
      const failedReloads = counted.failedReloads + (isDone ? 0 : 1)
      set({ reloads: plusOne(counted.reloads, trigger), failedReloads })
    },
    oldWorkers: count => set({ oldWorkers: count }),
    drift: last => set({ drift: { count: counted.drift.count + 1, last } }),
  }
}

function zeros<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map(key => [key, 0])) as Record<Key, number>
}

function plusOne<Key extends string>(
  counts: Readonly<Record<Key, number>>,
  key: Key,
): Record<Key, number> {
  return { ...counts, [key]: counts[key] + 1 }
}

function withDuration({ count, sumMs, upTo }: Durations, took: number): Durations {
  return {
    count: count + 1,
    sumMs: sumMs + took,
    upTo: upTo.map(each => ({ ms: each.ms, count: each.count + (took <= each.ms ? 1 : 0) })),
  }
}
