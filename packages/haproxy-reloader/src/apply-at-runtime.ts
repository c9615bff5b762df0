import type { CommandResult, Runtime } from 'haproxy-runtime'
import { isNotYetRemovable, operationCommands } from './operation-commands.js'
import { serverId, type Operation } from './plan.js'

/** What became of the operations of a plan. */
export interface RuntimeResult {
  /** The first reply that is not the one of success, in words; undefined where all went well. */
  readonly unexpected: string | undefined
  /** Servers, as `pool/name`, that HAProxy does not let go of yet. */
  readonly notYetRemoved: readonly string[]
}

/** Carries out operations in one batch, and reads every reply. */
export async function applyAtRuntime(
  runtime: Runtime,
  operations: readonly Operation[],
  signal?: AbortSignal,
): Promise<RuntimeResult> {
  const steps = operations.map(operation => ({ operation, commands: operationCommands(operation) }))
  const results = await runtime.batch(
    steps.flatMap(step => step.commands),
    { signal },
  )
  const notYetRemoved: string[] = []
  let unexpected: string | undefined
  let next = 0
  for (const { operation, commands } of steps) {
    const failed = results.slice(next, (next += commands.length)).find(result => !result.done)
    if (!failed) continue
    if (operation.kind === 'remove' && isNotYetRemovable(failed.reply))
      notYetRemoved.push(serverId(operation))
    else unexpected ??= complaint(failed)
  }
  return { unexpected, notYetRemoved }
}

function complaint({ command, reply }: CommandResult): string {
  return `HAProxy answered "${command}" with ${JSON.stringify(reply.slice(0, 200))}`
}
