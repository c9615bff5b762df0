import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { table } from 'command-line-program'
import { LabError, placeOn } from 'serf-haproxy-lab'
import { keepResult } from '../evidence/keep-result.js'
import { createProgressReporter } from '../progress-reporter.js'
import { convergenceFile, type Convergence } from './convergence.js'
import { convergenceRows } from './convergence-table.js'
import { measureConvergence } from './measure-convergence.js'
import type { Profile } from './serf-agent.js'

/** Options of `convergence`. */
export interface ConvergenceOptions {
  /** Sizes of the cluster, with commas. */
  readonly nodes: string
  readonly rounds: string
  readonly profile: Profile
  /** Network of the agents; 127.0.47 by default. */
  readonly subnet: string | undefined
  readonly out: string
  readonly isJson: boolean
  readonly signal: AbortSignal
}

const mostNodes = 60
const mostRounds = 50

/** `npm run lab -- convergence`: times until a join and a failure are known, by the size of the cluster. */
export async function convergenceCommand(options: ConvergenceOptions): Promise<void> {
  const { profile, isJson, signal, subnet = '127.0.47' } = options
  const sizes = options.nodes.split(',').map(text => parseNumber('--nodes', text, 3, mostNodes))
  const rounds = parseNumber('--rounds', options.rounds, 1, mostRounds)
  const { during, say } = createProgressReporter({ isQuiet: isJson })
  const folder = await mkdtemp(join(tmpdir(), 'lab-convergence-'))
  try {
    const measured = await measureConvergence({
      folder,
      profile,
      keys: { gossip: newKey(), rpc: newKey() },
      signal,
      subnet: placeOn(subnet).subnet,
      sizes: [...new Set(sizes)].toSorted((a, b) => a - b),
      rounds,
      during,
    })
    const date = new Date().toISOString()
    const result: Convergence = { date, serf: await version(), profile, rounds, sizes: measured }
    const file = resolve(options.out, convergenceFile)
    console.log(isJson ? JSON.stringify(result) : table(convergenceRows(result)))
    await keepResult(file, result)
    say(`Kept in ${file}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function parseNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new LabError(
    `${option}: expected a number from ${least} to ${most}${option === '--nodes' ? ', several with commas' : ''}, got ${JSON.stringify(text)}`,
  )
}

function newKey(): string {
  return randomBytes(32).toString('base64')
}

async function version(): Promise<string> {
  const { stdout } = await promisify(execFile)('serf', ['version'])
  return stdout.split('\n')[0] ?? ''
}
