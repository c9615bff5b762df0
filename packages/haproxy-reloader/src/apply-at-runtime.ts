import { command, type CommandResult, type Runtime, type RuntimeCommand } from 'haproxy-runtime'
import { isNotYetRemovable, operationCommands } from './operation-commands.js'
import { serverId, type Operation } from './plan.js'

/** What became of the operations of a plan. */
export interface RuntimeResult {
  /** The first reply that is not the one of success, in words; undefined where all went well. */
  readonly unexpected: string | undefined
  /** Servers, as `pool/name`, that HAProxy does not let go of yet. */
  readonly notYetRemoved: readonly string[]
}

interface Step {
  readonly command: RuntimeCommand
  readonly operation?: Operation
}

/**
 * Carries out operations in one batch, and reads every reply.
 *
 * @param stickyPools - pools with dynamic cookies: before HAProxy 3.0 a server
 * that is added there has none until all are given anew
 */
export async function applyAtRuntime(
  runtime: Runtime,
  operations: readonly Operation[],
  stickyPools: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<RuntimeResult> {
  const steps = stepsOf(operations, stickyPools)
  const results = await runtime.batch(
    steps.map(step => step.command),
    { signal },
  )
  const notYetRemoved: string[] = []
  let unexpected: string | undefined
  for (const [i, { operation }] of steps.entries()) {
    const result = results[i]
    if (!result || result.done) continue
    if (operation?.kind === 'remove' && isNotYetRemovable(result.meaning))
      notYetRemoved.push(serverId(operation))
    else unexpected ??= complaint(result)
  }
  return { unexpected, notYetRemoved }
}

/** All servers are added first, then have their cookies, and only then take traffic. */
function stepsOf(operations: readonly Operation[], stickyPools: ReadonlySet<string>): Step[] {
  const first: Step[] = []
  const rest: Step[] = []
  const grown = new Set<string>()
  for (const operation of operations) {
    const steps = operationCommands(operation).map(each => ({ command: each, operation }))
    const isAddition = operation.kind === 'add'
    first.push(...steps.slice(0, isAddition ? 1 : 0))
    rest.push(...steps.slice(isAddition ? 1 : 0))
    if (isAddition && stickyPools.has(operation.pool)) grown.add(operation.pool)
  }
  const cookies = [...grown].map(pool => ({ command: command.enableDynamicCookie(pool) }))
  return [...first, ...cookies, ...rest]
}

function complaint({ command: text, reply }: CommandResult): string {
  return `HAProxy answered "${text}" with ${JSON.stringify(reply.slice(0, 200))}`
}
