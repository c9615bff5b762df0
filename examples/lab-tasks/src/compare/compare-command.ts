import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type NodeEngine, LabError, type Stage } from 'serf-haproxy-lab'
import { keepResult } from '../evidence/keep-result.js'
import { createProgressReporter } from '../progress-reporter.js'
import type { Comparison } from './comparison.js'
import { comparisonTable } from './comparison-table.js'
import { measure, scenarios, type Scenario } from './measure.js'
import { agentSystem, classicStage, classicSystem } from './systems.js'

/** Options of `compare`. */
export interface CompareOptions {
  /** Names of scenarios, with commas; everything where there are none. */
  readonly only: string | undefined
  readonly out: string
  readonly engineFor: (stage: Stage) => NodeEngine
  readonly isJson: boolean
  readonly signal: AbortSignal
}

/** Path of the comparison below the folder of evidence. */
export const comparisonFile = join('compare', 'compare.json')

/** `npm run lab -- compare`: the classic pipeline and the agent, side by side. */
export async function compareCommand(options: CompareOptions): Promise<void> {
  const { engineFor, isJson, signal } = options
  const wanted = parseScenarios(options.only)
  if (engineFor(classicStage).kind !== 'processes') {
    throw new LabError(
      'The classic pipeline runs as processes only: compare with --engine process, and no --subnet of containers',
    )
  }
  if (await engineFor(agentSystem.stage).exists()) {
    throw new LabError(
      'A lab runs here already: end it with: npm run lab -- down, or add --subnet 127.0.43',
    )
  }
  const { during, say } = createProgressReporter({ isQuiet: isJson })
  say(`Measuring ${wanted.join(', ')}, first of the classic pipeline, then of the agent`)
  const measured = async (system: typeof agentSystem) =>
    measure({ engine: engineFor(system.stage), system, signal, during }, wanted)
  const comparison: Comparison = {
    date: new Date().toISOString(),
    engine: engineFor(agentSystem.stage).kind,
    versions: await versions(),
    classic: await measured(classicSystem),
    agent: await measured(agentSystem),
  }
  const file = resolve(options.out, comparisonFile)
  console.log(isJson ? JSON.stringify(withoutSamples(comparison)) : comparisonTable(comparison))
  await keepResult(file, comparison)
  say(`Kept in ${file}`)
}

function parseScenarios(text: string | undefined): readonly Scenario[] {
  if (text === undefined) return scenarios
  const names = text.split(',')
  const unknown = names.filter(name => !scenarios.some(known => known === name))
  if (unknown.length === 0) return scenarios.filter(known => names.includes(known))
  throw new LabError(`--only: expected some of ${scenarios.join(', ')}, got ${unknown.join(', ')}`)
}

function withoutSamples({ classic, agent, ...facts }: Comparison): object {
  const { samples: _classic, ...classicFigures } = classic
  const { samples: _agent, ...agentFigures } = agent
  return { ...facts, classic: classicFigures, agent: agentFigures }
}

async function versions(): Promise<Record<string, string>> {
  return {
    node: process.version,
    haproxy: await firstLine('haproxy', '-v'),
    serf: await firstLine('serf', 'version'),
  }
}

async function firstLine(program: string, argument: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [argument])
  return stdout.split('\n')[0] ?? ''
}
