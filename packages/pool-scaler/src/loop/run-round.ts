import type { AgentView } from '../agent/agent-view.js'
import { doubtOf } from '../agent/doubt-of.js'
import { observePool } from '../agent/observe-pool.js'
import type { ScaledPool } from '../configuration/pool-schema.js'
import type { Driver } from '../driver/driver.js'
import type { Action } from '../policy/action.js'
import { afterDriverError } from '../policy/failures.js'
import { planPool, type PoolPlan } from '../policy/plan-pool.js'
import { afterDoubt, noMemory, type PoolMemory } from '../policy/pool-memory.js'
import { ScalerError } from '../scaler-error.js'
import type { Memories } from './memory-file.js'
import type { Done, PoolReport, RoundReport } from './round-report.js'

/** Parts that a round uses. */
export interface RoundParts {
  readonly pools: readonly ScaledPool[]
  /** Reads the agent; throws a ScalerError if it does not answer. */
  readonly read: (signal: AbortSignal) => Promise<AgentView>
  /** Takes the orders; undefined in a dry run. */
  readonly driver: Driver | undefined
  /** Keeps the memories before the driver gets an order. */
  readonly save: (memories: Memories) => void
  /** Returns milliseconds since the epoch. */
  readonly now: () => number
}

/** A pool, and its plan or the reason why it has none. */
type Judged =
  | { readonly pool: ScaledPool; readonly plan: PoolPlan }
  | { readonly pool: ScaledPool; readonly doubt: string; readonly memory: PoolMemory }

/**
 * Runs one round: reads the agent, plans each pool, keeps the memories, and gives the
 * orders to the driver. Without a trusted view of the agent nothing is ordered.
 */
export async function runRound(
  parts: RoundParts,
  memories: Memories,
  signal: AbortSignal,
): Promise<{ readonly memories: Memories; readonly report: RoundReport }> {
  const view = await viewOrDoubt(parts, signal)
  const at = parts.now()
  const judged = parts.pools.map(pool => judge(pool, view, memories, at))
  const planned = new Map(judged.map(each => [nameOf(each), memoryOf(each)]))
  if (parts.driver) parts.save(planned)
  const ended = await Promise.all(judged.map(each => obey(each, parts, signal)))
  const after = new Map(ended.map(({ report, memory }) => [report.pool, memory]))
  if (parts.driver && ended.some(({ memory, report }) => planned.get(report.pool) !== memory))
    parts.save(after)
  return { memories: after, report: { at, pools: ended.map(({ report }) => report) } }
}

async function viewOrDoubt(
  { read, now }: RoundParts,
  signal: AbortSignal,
): Promise<AgentView | string> {
  try {
    const view = await read(signal)
    return doubtOf(view, now()) ?? view
  } catch (error) {
    if (error instanceof ScalerError) return error.message
    throw error
  }
}

function judge(
  pool: ScaledPool,
  view: AgentView | string,
  memories: Memories,
  now: number,
): Judged {
  const { target, isOwn } = pool
  const memory = memories.get(target.name) ?? noMemory
  const inDoubt = (doubt: string) => ({ pool, doubt, memory: afterDoubt(memory, now) })
  if (typeof view === 'string') return inDoubt(view)
  const observed = observePool(view, target.name, isOwn)
  if (!observed) return inDoubt(`the agent has no pool ${target.name}`)
  return { pool, plan: planPool(target, memory, observed, now) }
}

function nameOf({ pool }: Judged): string {
  return pool.target.name
}

function memoryOf(judged: Judged): PoolMemory {
  return 'plan' in judged ? judged.plan.memory : judged.memory
}

/** Gives the orders of a pool to the driver, one after the other. */
async function obey(
  judged: Judged,
  { driver, now }: RoundParts,
  signal: AbortSignal,
): Promise<{ readonly memory: PoolMemory; readonly report: PoolReport }> {
  if (!('plan' in judged)) {
    const { doubt, memory } = judged
    const report = { pool: nameOf(judged), doubt, actions: [], failures: [], waits: [] }
    return { memory, report }
  }
  const { pool, plan } = judged
  const { wanted, healthy, failures, waits } = plan
  let { memory } = plan
  const actions: Done[] = []
  for (const action of plan.actions) {
    const error = driver && (await order(driver, action, pool, signal))
    if (error !== undefined) memory = afterDriverError(memory, action, pool.target, now())
    actions.push({ ...action, ...(error !== undefined && { error }) })
  }
  return { memory, report: { pool: plan.pool, wanted, healthy, actions, failures, waits } }
}

/** Gives one order to the driver; returns its error. */
async function order(
  driver: Driver,
  action: Action,
  { isOwn }: ScaledPool,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    if (action.kind === 'stop') await driver.stop(action.pool, action.member, signal)
    else {
      const isLost = action.kind === 'replace' && action.isLost && isOwn(action.member)
      if (isLost) await driver.remove(action.pool, action.member, signal)
      await driver.start(action.pool, signal)
    }
    return undefined
  } catch (error) {
    if (error instanceof ScalerError) return error.message
    throw error
  }
}
