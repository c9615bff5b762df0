import type { DesiredState } from '../plan/desired-state.js'
import { withInheritedOptions } from '../plan/inherited-options.js'
import type { Joining } from '../plan/joining-servers.js'
import { isAddition, type ServerOperation } from '../plan/operation.js'
import type { ServersByPool } from '../servers/server-table.js'
import { applyAtRuntime, type RuntimeResult } from '../runtime/apply-at-runtime.js'
import type { BatchPace } from '../runtime/batch-pace.js'
import type { Admission } from './admission.js'
import type { LoadedConfiguration } from './loaded-configuration.js'
import type { ReconciliationDeps } from './reconciliation-deps.js'

/** The result of sent operations; `unexpected` is the reason why only a reload can do it, in words. */
export interface SentOperations extends RuntimeResult {
  /** The operations with their whole options. */
  readonly operations: readonly ServerOperation[]
  readonly waiting: Joining['waiting']
}

/** The state that operations are sent from, and what they change. */
export interface SendContext extends Pick<ReconciliationDeps, 'runtime' | 'statistics' | 'steps'> {
  readonly pace: BatchPace
  readonly loaded: LoadedConfiguration
  readonly admission: Admission
  readonly signal: AbortSignal
}

/**
 * Sends the operations of a plan. Servers that join with a health check wait for
 * it, unless their pool has no other.
 */
export async function sendOperations(
  planned: readonly ServerOperation[],
  desired: DesiredState,
  before: ServersByPool,
  { runtime, statistics, steps, pace, loaded, admission, signal }: SendContext,
): Promise<SentOperations> {
  const operations = withInheritedOptions(planned, desired)
  // HAProxy expands environment variables in its file only.
  if (operations.some(each => isAddition(each) && each.server.options.includes('$'))) {
    const unexpected = 'servers inherit an environment variable'
    return { unexpected, operations, waiting: new Map(), done: [], notYetRemoved: [] }
  }
  const waiting = await admission.joining(operations, before, signal)
  loaded.sending(planned)
  const result = await applyAtRuntime(operations, {
    runtime: {
      batch: (commands, options) =>
        steps.time(
          'batch',
          () => runtime.batch(commands, options),
          () => ({ commands: commands.length }),
        ),
    },
    pace,
    sizes: new Map(desired.pools.map(({ name, servers }) => [name, servers.length])),
    stickyPools: loaded.runs(desired).stickyPools,
    waiting,
    onBatch: statistics.batch,
    signal,
  })
  if (result.unexpected === undefined) admission.wait(waiting.keys())
  return { ...result, operations, waiting }
}
