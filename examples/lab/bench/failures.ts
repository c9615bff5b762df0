import type { Engine } from '../src/engine.js'
import { createLab, isServing, type Lab } from '../src/lab.js'
import { until } from '../src/until.js'
import { setTimeout as wait } from 'node:timers/promises'
import { underSteadyLoad, type LoadResult } from './steady-load.js'
import { summary, type Summary } from './summary.js'

/** What an engine's lab does when something stops, dies or hangs; times in ms. */
export interface Failures {
  /** A backend is stopped, or killed, under a steady load of GET requests. */
  readonly stop: LoadResult
  readonly kill: LoadResult
  /** From the kill until HAProxy sends nobody there. */
  readonly outAfterKill: Summary
  /** A backend's application is frozen under the load; its supervisor ends it. */
  readonly freeze: LoadResult
  /** From the start of a new `ha`, after the old one was killed, until all serve again. */
  readonly poolAfterBalancer: Summary
  /** The load balancer starts last: from its start until all serve. */
  readonly balancerLast: number
  /** How long a stop of the load balancer takes; idle keep-alive connections are open. */
  readonly stopBalancer: Summary
}

const load = { rate: 200, seconds: 8 }
const runs = 3

/** Everything that may go wrong with one lab of three web applications, one after the other. */
export async function failures(engine: Engine): Promise<Failures> {
  const lab = createLab(engine)
  await lab.up(3)
  const { traffic } = await engine.endpoints()
  try {
    const stop = await underSteadyLoad(traffic, load, () => lab.stop('s1'))
    await lab.start('s1')
    const kill = await underSteadyLoad(traffic, load, () => lab.kill('s2'))
    await lab.start('s2')
    const outAfterKill = await repeat(() => timeToNotice(engine, lab))
    const freeze = await underSteadyLoad(traffic, load, () => engine.freeze('s3'))
    await until(async () => (await serving(lab)).includes('s3'), {
      what: 's3 to be back',
      timeoutMs: 20_000,
    })
    const poolAfterBalancer = await repeat(() => timeToRecover(engine, lab))
    const stopBalancer = await repeat(() => timeToStop(engine, lab, traffic))
    await engine.stop('ha')
    const balancerLast = await timeToServe(engine, lab)
    return { stop, kill, outAfterKill, freeze, poolAfterBalancer, balancerLast, stopBalancer }
  } finally {
    await engine.destroy()
  }
}

async function repeat(measure: () => Promise<number>): Promise<Summary> {
  const figures: number[] = []
  for (let run = 0; run < runs; run++) figures.push(await measure())
  return summary(figures)
}

/** Asks HAProxy all the while, since the kill itself takes its time to return. */
async function timeToNotice(engine: Engine, lab: Lab): Promise<number> {
  const startedAt = performance.now()
  const killed = engine.kill('s2')
  const gone = async () => !(await serving(lab)).includes('s2')
  await until(gone, { what: 's2 to be out', timeoutMs: 20_000, everyMs: 2 })
  const took = performance.now() - startedAt
  await killed
  await lab.start('s2')
  return took
}

async function timeToRecover(engine: Engine, lab: Lab): Promise<number> {
  await engine.kill('ha')
  return timeToServe(engine, lab)
}

async function timeToServe(engine: Engine, lab: Lab): Promise<number> {
  const startedAt = performance.now()
  const isWhole = async () => (await serving(lab)).length === 3
  const [took] = await Promise.all([
    until(isWhole, { what: 'all to serve', timeoutMs: 60_000, everyMs: 2 }).then(
      () => performance.now() - startedAt,
    ),
    engine.start('ha'),
  ])
  return took
}

async function timeToStop(
  engine: Engine,
  lab: Lab,
  traffic: { readonly host: string; readonly port: number },
): Promise<number> {
  // A steady load leaves connections open that are idle at the stop.
  const loading = underSteadyLoad(traffic, { rate: 20, seconds: 3 }, () => Promise.resolve())
  await wait(1500)
  const startedAt = performance.now()
  await engine.stop('ha')
  const took = performance.now() - startedAt
  await loading
  await timeToServe(engine, lab)
  return took
}

async function serving(lab: Lab): Promise<string[]> {
  return (await lab.servers()).filter(isServing).map(({ name }) => name)
}
