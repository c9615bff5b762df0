import { Command } from 'commander'
import { readAgent } from './agent/read-agent.js'
import { loadScaling } from './configuration/load-scaling.js'
import { commandDriver } from './driver/command-driver.js'
import { readMemories, writeMemories } from './loop/memory-file.js'
import { ReportLines } from './loop/report-lines.js'
import type { RoundReport } from './loop/round-report.js'
import { runRound, type RoundParts } from './loop/run-round.js'
import { runRounds } from './loop/run-rounds.js'

interface Flags {
  readonly config: string
  readonly once?: true
  readonly dryRun?: true
  readonly json?: true
}

/** `pool-scaler run`. */
export const runCommand = new Command('run')
  .description('keep the pools at their sizes: start, replace and stop nodes')
  .option('--config <file>', 'configuration of the scaler', 'pool-scaler.yaml')
  .option('--once', 'run one round; exits 1 in doubt, and if an order failed')
  .option('--dry-run', 'print the orders, and neither give nor remember them')
  .option('--json', 'print one line of JSON for each pool that changed')
  .action(run)

async function run({ config, once, dryRun, json }: Flags): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const { agent, intervalMs, memoryFile, driver, pools } = loadScaling(config)
  const parts: RoundParts = {
    pools,
    read: signal => readAgent(agent, signal),
    driver: dryRun ? undefined : commandDriver(driver),
    save: memories => writeMemories(memoryFile, memories),
    now: Date.now,
  }
  const lines = new ReportLines({ isJson: json === true, isDryRun: dryRun === true })
  const report = (round: RoundReport) => {
    for (const line of lines.next(round)) process.stdout.write(`${line}\n`)
  }
  const memories = readMemories(memoryFile)
  if (!once) return runRounds(parts, memories, { intervalMs, report, signal: stop.signal })
  const round = await runRound(parts, memories, stop.signal)
  report(round.report)
  if (round.report.pools.some(isBad)) process.exitCode = 1
}

function isBad({ doubt, actions }: RoundReport['pools'][number]): boolean {
  return doubt !== undefined || actions.some(({ error }) => error !== undefined)
}
