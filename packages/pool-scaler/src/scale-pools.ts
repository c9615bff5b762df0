import { agentViewSchema, type AgentView } from './agent/agent-view.js'
import { poolSchema, scaledPool, type PoolSettings } from './configuration/pool-schema.js'
import type { Driver } from './driver/driver.js'
import type { RoundReport } from './loop/round-report.js'
import { runRounds } from './loop/run-rounds.js'
import { ScalerError } from './scaler-error.js'

/** Parts of {@link scalePools}. */
export interface ScalePoolsOptions {
  /** The pools, with the fields of the configuration file. */
  readonly pools: readonly PoolSettings[]
  /** Returns the state of the agent, as its `/state` has it. A rejection is a doubt. */
  readonly readState: (signal: AbortSignal) => Promise<AgentView>
  /** Starts and stops nodes. A rejection with a ScalerError pauses the pool. */
  readonly driver: Driver
  /** Time between two rounds, in milliseconds. */
  readonly intervalMs: number
  /** Called after each round. */
  readonly report: (report: RoundReport) => void
  /** Ends the rounds. */
  readonly signal: AbortSignal
}

/**
 * Keeps pools at their sizes until the signal aborts, with a driver of the program's own.
 * Its memory ends with the process.
 *
 * @throws ZodError if a field of a pool is invalid
 */
export async function scalePools(options: ScalePoolsOptions): Promise<void> {
  const { readState, driver, intervalMs, report, signal } = options
  const pools = options.pools.map(settings => scaledPool(poolSchema.parse(settings)))
  const read = async (signal: AbortSignal) => {
    try {
      return agentViewSchema.parse(await readState(signal))
    } catch (cause) {
      signal.throwIfAborted()
      const reason = cause instanceof Error ? cause.message.slice(0, 300) : String(cause)
      throw new ScalerError('no-agent', `no state of an agent: ${reason}`, { cause })
    }
  }
  const parts = { pools, read, driver, save: () => {}, now: Date.now }
  await runRounds(parts, new Map(), { intervalMs, report, signal })
}
