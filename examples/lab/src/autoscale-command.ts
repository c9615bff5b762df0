import { readFileSync, writeFileSync } from 'node:fs'
import { Argument } from 'commander'
import { endScaler } from './autoscale/scaler-process.js'
import { runScaler, seriesFile, type ScalerBounds } from './autoscale/run-scaler.js'
import { sizeChart } from './autoscale/size-chart.js'
import { sizeSeries } from './autoscale/size-series.js'
import type { NodeEngine } from './engine/node-engine.js'
import { parseScale } from './engine/place.js'
import type { AddCommands, CommandContext, CommonFlags } from './command-context.js'
import { LabError, noLab } from './lab-error.js'

interface Flags extends CommonFlags {
  readonly min: string
  readonly max: string
  readonly sessions: string
  readonly out?: string
}

type Action = 'on' | 'off' | 'chart'

/** Adds `autoscale` to the commands of the lab. */
export const addAutoscale: AddCommands = (command, contextOf) => {
  command('autoscale')
    .description('replace dead and hung nodes, and let the number of nodes follow the load')
    .addArgument(
      new Argument('<action>', 'on: until Ctrl-C or off; chart: the size over time').choices([
        'on',
        'off',
        'chart',
      ]),
    )
    .option('--min <n>', 'fewest web applications', '2')
    .option('--max <n>', 'most web applications', '8')
    .option('--sessions <n>', 'sessions for each web application', '10')
    .option('--out <file>', 'file for the chart, as SVG')
    .action(async (action: Action, flags: Flags) => {
      const context = contextOf(flags)
      const engine = context.engineFor()
      if (!(await engine.exists())) throw noLab(context.options)
      await actions[action](engine, context, flags)
    })
}

const actions = { on, off, chart } satisfies Record<Action, unknown>

async function on(engine: NodeEngine, { isJson, signal }: CommandContext, flags: Flags) {
  const bounds = boundsOf(flags)
  await runScaler(engine, { ...bounds, isJson, print: printLine, signal })
}

function printLine(line: string): void {
  console.log(line)
}

async function off(engine: NodeEngine, { isJson }: CommandContext) {
  const ended = await endScaler(engine.folder)
  const text = ended ? 'The scaler has ended; the nodes stay.' : 'No scaler was running.'
  console.log(isJson ? JSON.stringify({ ended }) : text)
}

async function chart(engine: NodeEngine, { isJson }: CommandContext, { out }: Flags) {
  const points = sizeSeries(readSeries(engine.folder))
  if (out !== undefined)
    writeFileSync(out, sizeChart('Web applications over time', points, Date.now()))
  if (isJson) return console.log(JSON.stringify(points))
  if (out !== undefined) return console.log(`Wrote ${out}`)
  for (const { at, healthy = '?', wanted = '?', orders } of points)
    console.log([new Date(at).toISOString(), `${healthy}/${wanted}`, orders.join(', ')].join('  '))
}

function boundsOf({ min, max, sessions }: Flags): ScalerBounds {
  const minimum = parseScale(min, '--min')
  const maximum = parseScale(max, '--max')
  if (minimum < 1 || minimum > maximum)
    throw new LabError(`--min: expected 1 to the ${maximum} of --max, got ${min}`)
  const sessionsPerServer = Number(sessions)
  if (!(sessionsPerServer > 0))
    throw new LabError(`--sessions: expected a number above 0, got ${sessions}`)
  return { minimum, maximum, sessionsPerServer }
}

function readSeries(folder: string): string {
  try {
    return readFileSync(seriesFile(folder), 'utf8')
  } catch (cause) {
    throw new LabError('The lab was not scaled so far: run `autoscale on` first', { cause })
  }
}
