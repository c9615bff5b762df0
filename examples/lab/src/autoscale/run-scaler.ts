import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ReportLines, scalePools, type PoolSettings, type RoundReport } from 'pool-scaler'
import type { NodeEngine } from '../engine/node-engine.js'
import { pool } from '../engine/place.js'
import { agentState } from './agent-state.js'
import { engineDriver } from './engine-driver.js'
import { claimScaler, releaseScaler, scalerFolder } from './scaler-process.js'

/** Bounds and load of {@link runScaler}. */
export interface ScalerBounds {
  readonly minimum: number
  readonly maximum: number
  readonly sessionsPerServer: number
}

/** Options of {@link runScaler}. */
interface ScalerOptions extends ScalerBounds {
  readonly isJson: boolean
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** Times that suit a lab: it starts a node within seconds, and a lesson has no minutes to wait. */
const labTimes = {
  growAfterMs: 1000,
  shrinkAfterMs: 4000,
  hungAfterMs: 4000,
  lostAfterMs: 1000,
  startTimeoutMs: 60_000,
  stopTimeoutMs: 60_000,
  settledAfterMs: 10_000,
  startsPerHour: 200,
  backOffMs: 2000,
} as const

const intervalMs = 500

/** Returns the path of the file that keeps the size of the lab's pool over time. */
export function seriesFile(folder: string): string {
  return join(scalerFolder(folder), 'series.jsonl')
}

/** Keeps the pool of a lab at its size until the signal aborts. */
export async function runScaler(
  engine: NodeEngine,
  { minimum, maximum, sessionsPerServer, isJson, print, signal }: ScalerOptions,
): Promise<void> {
  await claimScaler(engine.folder)
  const file = seriesFile(engine.folder)
  rmSync(file, { force: true })
  const series = new ReportLines({ isJson: true, isDryRun: false })
  const shown = new ReportLines({ isJson, isDryRun: false })
  const report = (round: RoundReport) => {
    appendFileSync(
      file,
      series
        .next(round)
        .map(line => `${line}\n`)
        .join(''),
    )
    for (const line of shown.next(round)) print(line)
  }
  const settings: PoolSettings = {
    ...labTimes,
    name: pool,
    members: 's[1-9][0-9]?',
    minimum,
    maximum,
    load: { sessionsPerServer },
  }
  const readState = (ended: AbortSignal) => agentState(engine, ended)
  const driver = engineDriver(engine)
  try {
    await scalePools({ pools: [settings], readState, driver, intervalMs, report, signal })
  } finally {
    await releaseScaler(engine.folder)
  }
}
