import type { CommandResult, RuntimeClient } from 'haproxy-runtime'
import type { BatchPace } from './batch-pace.js'
import { commandMs } from '../plan/change-cost.js'
import {
  isNotYetRemovable,
  operationCommands,
  type OperationCommand,
} from './operation-commands.js'
import type { ServerOperation } from '../plan/operation.js'
import { serverId } from '../servers/server-id.js'
import type { Joining } from '../plan/joining-servers.js'

/** The result of the operations of a plan. */
export interface RuntimeResult {
  /** The first unexpected reply, in words; undefined if every command succeeded. */
  readonly unexpected: string | undefined
  /** The operations that HAProxy confirmed, if every command succeeded. */
  readonly done: readonly ServerOperation[]
  /** Servers, as `pool/name`, that HAProxy cannot remove yet. */
  readonly notYetRemoved: readonly string[]
}

/** The runtime client and the settings for applying operations. */
export interface RuntimeContext {
  readonly runtime: Pick<RuntimeClient, 'batch'>
  readonly pace: BatchPace
  /** Number of servers of each pool. */
  readonly sizes: ReadonlyMap<string, number>
  /** Pools with dynamic cookies. */
  readonly stickyPools: ReadonlySet<string>
  /** Servers that take traffic when their health check has passed. */
  readonly waiting: Joining['waiting']
  /** Called with the duration of each batch, in milliseconds. */
  readonly onBatch: (ms: number) => void
  readonly signal: AbortSignal
}

/**
 * Carries out operations and checks every reply. It sends as few batches as the
 * pace allows: one, unless the pool is large or the changes are many. After a
 * batch with an unexpected reply it sends no more. Several operations begin with
 * a batch that only adds servers: if HAProxy refuses one, no server that takes
 * traffic has changed.
 */
export async function applyAtRuntime(
  operations: readonly ServerOperation[],
  { runtime, pace, sizes, stickyPools, waiting, onBatch, signal }: RuntimeContext,
): Promise<RuntimeResult> {
  const steps = operationCommands(operations, stickyPools, waiting)
  const costs = steps.map(step => commandMs(step.command.text, sizes.get(step.pool) ?? 0))
  const trial = operations.length > 1 ? trialLength(steps) : 0
  const notYetRemoved: string[] = []
  let unexpected: string | undefined
  for (let sent = 0; sent < steps.length && unexpected === undefined;) {
    const end = sent + pace.take(costs, sent)
    const batch = steps.slice(sent, sent < trial ? Math.min(end, trial) : end)
    const startedAt = performance.now()
    const commands = batch.map(step => step.command)
    const results = await runtime.batch(commands, { signal })
    const estimatedMs = costs.slice(sent, sent + batch.length).reduce((a, b) => a + b, 0)
    const tookMs = performance.now() - startedAt
    pace.learn(estimatedMs, tookMs)
    onBatch(tookMs)
    sent += batch.length
    for (const [i, { operation }] of batch.entries()) {
      const result = results[i]
      if (!result || result.done) continue
      if (operation?.kind === 'remove' && isNotYetRemovable(result.meaning))
        notYetRemoved.push(serverId(operation))
      else unexpected ??= describeReply(result)
    }
  }
  const done = operations.filter(
    operation => operation.kind !== 'remove' || !notYetRemoved.includes(serverId(operation)),
  )
  return { unexpected, done, notYetRemoved }
}

/** Returns the number of commands up to the last server that is added, and what enables it at once. */
function trialLength(steps: readonly OperationCommand[]): number {
  const last = steps.findLastIndex(addsServer)
  if (last === -1) return 0
  const rest = steps.slice(last).map(serverOf)
  const others = rest.findIndex(name => name !== rest[0])
  return others === -1 ? steps.length : last + others
}

/** Returns the server that a command names third, as in `add server pool/name`. */
function serverOf({ command }: OperationCommand): string | undefined {
  return command.text.split(' ', 3)[2]
}

function addsServer({ command }: OperationCommand): boolean {
  return command.text.startsWith('add server ')
}

function describeReply({ command: text, reply }: CommandResult): string {
  return `HAProxy answered "${text}" with ${JSON.stringify(reply.slice(0, 200))}`
}
