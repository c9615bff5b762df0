// Random failures under a steady load: npm run soak
import { InvalidArgumentError } from 'commander'
import { benchCommand, wholeNumber } from 'real-components'
import { LabError } from '../src/lab-error.js'
import { createLab } from '../src/lab/lab.js'
import { placeOn } from '../src/engine/place.js'
import { processEngine } from '../src/processes/process-engine.js'
import { soakActions, type ActionName } from './soak-actions.js'
import { isClean, soak, type SoakResult } from './soak.js'

interface Flags {
  readonly minutes: number
  readonly seed?: number
  readonly backends: number
  readonly only?: readonly ActionName[]
  readonly subnet: string
  readonly json?: true
}

const progressEveryMs = 10_000

const ended = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => ended.abort(new LabError('Interrupted')))
}

const program = benchCommand(
  'npm run soak --',
  'Stops, kills, freezes, force-leaves and joins nodes of a lab at random under 100 requests a second',
)
  .option('--minutes <n>', 'duration; the last pass over the actions is finished', minutes, 15)
  .option('--seed <n>', 'repeats the actions of an earlier run', wholeNumber(0, 2 ** 31 - 1))
  .option('--backends <n>', 'web applications', wholeNumber(3, 17), 5)
  .option('--only <actions>', `some of ${Object.keys(soakActions).join(',')}`, actionNames)
  .option('--subnet <a.b.c>', "the lab's loopback network", '127.0.46')
  .option('--json', 'print JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 no request failed, 1 a request or an action failed, 2 wrong usage, 130 after Ctrl-C.',
  )
  .action(run)

try {
  await program.parseAsync()
} catch (error) {
  if (ended.signal.aborted) process.exitCode = 130
  else if (error instanceof LabError) {
    console.error(`error: ${error.message}`)
    process.exitCode = 2
  } else throw error
}

async function run({ minutes, seed, backends, only, subnet, json }: Flags): Promise<void> {
  const place = placeOn(subnet)
  const engine = processEngine(place)
  const used = seed ?? Math.floor(Math.random() * 2 ** 31)
  process.stderr.write(`Starting a lab of ${backends} on ${subnet}; seed ${used} …\n`)
  await createLab(engine, ended).up(backends)
  try {
    const result = await soak(engine, place, {
      seconds: minutes * 60,
      seed: used,
      signal: ended.signal,
      ...(only && { actions: only }),
      onRound: reportProgress(),
    })
    console.log(json ? JSON.stringify({ ok: isClean(result), ...result }) : describe(result))
    process.exitCode = ended.signal.aborted ? 130 : isClean(result) ? 0 : 1
  } finally {
    await engine.destroy()
  }
}

/** Returns a function that prints one line every ten seconds at most. */
function reportProgress(): (progress: SoakResult) => void {
  let printedAt = -Infinity
  return progress => {
    if (performance.now() - printedAt < progressEveryMs) return
    printedAt = performance.now()
    const { seconds, requests, failed, actions } = progress
    const count = Object.values(actions).reduce((sum, times) => sum + times, 0)
    process.stderr.write(`${seconds} s: ${requests} requests, ${failed} failed, ${count} actions\n`)
  }
}

function describe(result: SoakResult): string {
  const { requests, failed, longestMs, seconds, seed, actions, convergence, leaked } = result
  return [
    `${failed} of ${requests} requests failed in ${seconds} s; the longest took ${longestMs} ms; seed ${seed}`,
    ...Object.entries(actions).map(([name, times]) => `  ${name}: ${times}`),
    `converged ${convergence.runs} times: median ${Math.round(convergence.median)} ms, worst ${Math.round(convergence.worst)} ms`,
    `nodes that joined broken got ${leaked} requests of clients`,
    ...result.failures.map(text => `failed: ${text}`),
    ...result.errors.map(text => `error: ${text}`),
  ].join('\n')
}

function minutes(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= 1440) return value
  throw new InvalidArgumentError(`Expected minutes above 0, 1440 at most.`)
}

function actionNames(text: string): ActionName[] {
  const names = text.split(',')
  const unknown = names.find(name => !Object.hasOwn(soakActions, name))
  if (unknown === undefined) return names as ActionName[]
  const known = Object.keys(soakActions).join(', ')
  throw new InvalidArgumentError(`Expected some of ${known}, got ${JSON.stringify(unknown)}.`)
}
