import type { Outcome } from '../plan/outcome.js'
import type { Operation } from '../plan/operation.js'
import type { Plan } from '../plan/plan.js'
import { reloadTriggers, type ReloadTrigger } from '../plan/reload-trigger.js'

/** Counts of a reloader since its creation; plain data for metrics and displays. */
export interface ReloaderStatistics {
  /** The number of the last generation; 0 if there is none. */
  readonly generation: number
  /** The error that keeps generations from the disk, in words; undefined if there is none. */
  readonly generationsError: string | undefined
  /** Calls and retries by outcome; a read-back that changed nothing does not count. */
  readonly outcomes: Readonly<Record<Outcome['kind'], number>>
  /** Changes that HAProxy confirmed at run time, by kind. */
  readonly operations: Readonly<Record<Operation['kind'], number>>
  /** Reloads by their trigger, failed ones included. */
  readonly reloads: Readonly<Record<ReloadTrigger, number>>
  /** Reloads that failed, in all. */
  readonly failedReloads: number
  /** Old workers that were finishing their sessions at the last count; undefined if there was none. */
  readonly oldWorkers: number | undefined
  /** Histogram of the durations of batches, from sending to the last reply, in milliseconds. */
  readonly batches: {
    /** Each bucket counts durations up to `le`, those of smaller buckets included. */
    readonly buckets: readonly { readonly le: number; readonly count: number }[]
    /** Number of batches. */
    readonly count: number
    /** Sum of their durations, in milliseconds. */
    readonly sum: number
  }

  /** Changes by others to HAProxy or its files that were corrected; the last one in words. */
  readonly drift: { readonly count: number; readonly last: string | undefined }
}

/** Counts events into {@link ReloaderStatistics}. */
export interface StatisticsRecorder {
  readonly counted: Omit<ReloaderStatistics, 'generation' | 'generationsError'>
  outcome(kind: Outcome['kind']): void
  operations(done: readonly Operation[]): void
  batch(ms: number): void
  reload(plan: Plan, isDone: boolean): void
  oldWorkers(count: number): void
  drift(description: string): void
}

const outcomes = [
  'unchanged',
  'applied',
  'rejected',
  'rolled-back',
  'deferred',
  'superseded',
] as const
const operations = [
  'add',
  'set-address',
  'set-weight',
  'set-maxconn',
  'check',
  'agent-check',
  'enable',
  'replace',
  'drain',
  'remove',
  'set-map',
  'set-acl',
] as const
const bounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

/** Creates a recorder with all counts at zero. */
export function createStatisticsRecorder(): StatisticsRecorder {
  let counted: StatisticsRecorder['counted'] = {
    outcomes: zeros(outcomes),
    operations: zeros(operations),
    reloads: zeros(reloadTriggers),
    failedReloads: 0,
    oldWorkers: undefined,
    batches: { buckets: bounds.map(le => ({ le, count: 0 })), count: 0, sum: 0 },
    drift: { count: 0, last: undefined },
  }
  const set = (changed: Partial<StatisticsRecorder['counted']>) => {
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

function withDuration(
  { buckets, count, sum }: ReloaderStatistics['batches'],
  ms: number,
): ReloaderStatistics['batches'] {
  return {
    buckets: buckets.map(bucket => ({
      le: bucket.le,
      count: bucket.count + (ms <= bucket.le ? 1 : 0),
    })),
    count: count + 1,
    sum: sum + ms,
  }
}
