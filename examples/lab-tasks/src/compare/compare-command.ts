import { join, resolve } from 'node:path'
import { table } from 'command-line-program'
import { type NodeEngine, LabError, type Stage } from 'serf-haproxy-lab'
import { keepResult } from '../evidence/keep-result.js'
import { createProgressReporter } from '../progress-reporter.js'
import { comparisonFile, type Comparison } from './comparison.js'
import { comparedTable } from './comparison-table.js'
import { measure } from './measure.js'
import { scenarios, type Measured, type Scenario } from './measured.js'
import { readComparisons } from './read-comparisons.js'
import { agentSystem, classicSystem } from './systems.js'

/** Options of `compare`. */
export interface CompareOptions {
  /** Names of scenarios, with commas; everything where there are none. */
  readonly only: string | undefined
  /** Number of times that each system is measured. */
  readonly rounds: string
  readonly out: string
  readonly engineFor: (stage: Stage) => NodeEngine
  readonly isJson: boolean
  readonly signal: AbortSignal
}

const mostRounds = 20

/** `npm run lab -- compare`: the classic pipeline and the agent, side by side. */
export async function compareCommand(options: CompareOptions): Promise<void> {
  const { engineFor, isJson, signal } = options
  const wanted = parseScenarios(options.only)
  const rounds = parseRounds(options.rounds)
  if (await engineFor(agentSystem.stage).exists()) {
    throw new LabError(
      'A lab runs here already: end it with: npm run lab -- down, or add --subnet 127.0.43',
    )
  }
  const { kind } = engineFor(agentSystem.stage)
  const { during, say } = createProgressReporter({ isQuiet: isJson })
  say(`Measuring ${wanted.join(', ')} on ${kind}, the classic pipeline and the agent in turns`)
  const measured = async (system: typeof agentSystem) =>
    measure({ engine: engineFor(system.stage), system, signal, during }, wanted)
  const results: Record<'classic' | 'agent', Measured[]> = { classic: [], agent: [] }
  for (let i = 0; i < rounds; i++) {
    for (const system of [classicSystem, agentSystem]) {
      const result = await measured(system)
      // The pictures show the requests of one round.
      results[system.name].push(i === 0 ? result : { ...result, samples: {} })
    }
  }
  const comparison: Comparison = { date: new Date().toISOString(), engine: kind, ...results }
  const logs = resolve(options.out)
  const file = join(logs, comparisonFile(kind))
  await keepResult(file, comparison)
  if (isJson) console.log(JSON.stringify(withoutSamples(comparison)))
  else console.log(table(comparedTable(await readComparisons(logs))))
  say(`Kept in ${file}`)
}

function parseScenarios(text: string | undefined): readonly Scenario[] {
  if (text === undefined) return scenarios
  const names = text.split(',')
  const unknown = names.filter(name => !scenarios.some(known => known === name))
  if (unknown.length === 0) return scenarios.filter(known => names.includes(known))
  throw new LabError(`--only: expected some of ${scenarios.join(', ')}, got ${unknown.join(', ')}`)
}

function parseRounds(text: string): number {
  const rounds = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (rounds >= 1 && rounds <= mostRounds) return rounds
  throw new LabError(
    `--rounds: expected a number from 1 to ${mostRounds}, got ${JSON.stringify(text)}`,
  )
}

function withoutSamples({ classic, agent, ...facts }: Comparison): object {
  return { ...facts, classic: classic.map(figuresOf), agent: agent.map(figuresOf) }
}

function figuresOf({ samples: _samples, ...figures }: Measured): object {
  return figures
}
