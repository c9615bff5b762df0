import {
  command,
  type CommandResult,
  type RuntimeClient,
  type RuntimeCommand,
} from 'haproxy-runtime'
import type { BatchPace } from './batch-pace.js'
import { commandMs } from '../plan/change-cost.js'
import { isNotYetRemovable, operationCommands } from './operation-commands.js'
import { serverId, type Operation } from '../plan/plan.js'

/** What became of the operations of a plan. */
export interface RuntimeResult {
  /** The first reply that is not the one of success, in words; undefined where all went well. */
  readonly unexpected: string | undefined
  /** The operations that HAProxy confirmed, where all went well. */
  readonly done: readonly Operation[]
  /** Servers, as `pool/name`, that HAProxy does not let go of yet. */
  readonly notYetRemoved: readonly string[]
}

/** What operations are applied to, and how. */
export interface RuntimeContext {
  readonly runtime: RuntimeClient
  readonly pace: BatchPace
  /** How many servers each pool has. */
  readonly sizes: ReadonlyMap<string, number>
  /**
   * Pools with dynamic cookies: before HAProxy 3.0 a server that is added there
   * has none until all are given anew.
   */
  readonly stickyPools: ReadonlySet<string>
  /** Is told how long each batch took, in milliseconds. */
  readonly onBatch: (ms: number) => void
  readonly signal: AbortSignal
}

interface Step {
  readonly command: RuntimeCommand
  readonly pool: string
  readonly operation?: Operation
}

/**
 * Carries out operations, and reads every reply. They go out in as few batches
 * as the pace allows: one, unless the pool is large and the changes many.
 * After a batch with an unexpected reply nothing more is sent.
 */
export async function applyAtRuntime(
  operations: readonly Operation[],
  { runtime, pace, sizes, stickyPools, onBatch, signal }: RuntimeContext,
): Promise<RuntimeResult> {
  const steps = stepsOf(operations, stickyPools)
  const prices = steps.map(step => commandMs(step.command.text, sizes.get(step.pool) ?? 0))
  const notYetRemoved: string[] = []
  let unexpected: string | undefined
  for (let sent = 0; sent < steps.length && unexpected === undefined;) {
    const batch = steps.slice(sent, sent + pace.take(prices, sent))
    const startedAt = performance.now()
    const commands = batch.map(step => step.command)
    const results = await runtime.batch(commands, { signal })
    const estimatedMs = prices.slice(sent, sent + batch.length).reduce((a, b) => a + b, 0)
    const tookMs = performance.now() - startedAt
    pace.learn(estimatedMs, tookMs)
    onBatch(tookMs)
    sent += batch.length
    for (const [i, { operation }] of batch.entries()) {
      const result = results[i]
      if (!result || result.done) continue
      if (operation?.kind === 'remove' && isNotYetRemovable(result.meaning))
        notYetRemoved.push(serverId(operation))
      else unexpected ??= complaint(result)
    }
  }
  const done = operations.filter(
    operation => operation.kind !== 'remove' || !notYetRemoved.includes(serverId(operation)),
  )
  return { unexpected, done, notYetRemoved }
}

/** All servers are added first, then have their cookies, and only then take traffic. */
function stepsOf(operations: readonly Operation[], stickyPools: ReadonlySet<string>): Step[] {
  const first: Step[] = []
  const rest: Step[] = []
  const grown = new Set<string>()
  for (const operation of operations) {
    const { kind, pool } = operation
    const steps = operationCommands(operation).map(each => ({ command: each, pool, operation }))
    first.push(...(kind === 'add' ? steps.slice(0, 1) : []))
    rest.push(...(kind === 'add' ? steps.slice(1) : steps))
    // A server that waits to be made ready may have been added by one who was killed then.
    if ((kind === 'add' || kind === 'ready') && stickyPools.has(pool)) grown.add(pool)
  }
  const cookies = [...grown].map(pool => ({ command: command.enableDynamicCookie(pool), pool }))
  return [...first, ...cookies, ...rest]
}

function complaint({ command: text, reply }: CommandResult): string {
  return `HAProxy answered "${text}" with ${JSON.stringify(reply.slice(0, 200))}`
}
