import type { Endpoints, NodeEngine } from '../src/engine/node-engine.js'
import { createLab, type Lab } from '../src/lab/lab.js'
import { isServing } from '../src/lab/serving.js'
import { ask } from '../src/lab/traffic.js'
import { until } from '../src/until.js'
import { setTimeout as wait } from 'node:timers/promises'
import { underSteadyLoad, type LoadResult } from './steady-load.js'
import { summary, type Summary } from './summary.js'

/** Times of an engine's lab when a node stops, dies or hangs, in ms. */
export interface Failures {
  /** A backend is stopped, or killed, under a steady load of GET requests. */
  readonly stop: LoadResult
  readonly kill: LoadResult
  /** From the end of its application until HAProxy sends no request there, under the load; the engine's own `kill` comes before. */
  readonly outAfterDeath: Summary
  /** From the command to kill. */
  readonly outAfterKill: Summary
  /** A backend's application is frozen under the load; its supervisor ends it. */
  readonly freeze: LoadResult
  /** From the start of a new `ha`, after the old one was killed, until clients were answered by all. */
  readonly poolAfterBalancer: Summary
  /** The load balancer starts last: from its start until clients were answered by all. */
  readonly balancerLast: number
  /** Duration of a stop of the load balancer; idle keep-alive connections are open. */
  readonly stopBalancer: Summary
}

type Target = Endpoints['traffic']

const load = { rate: 200, seconds: 8 }
const runs = 3

/** Everything that may go wrong with one lab of three web applications, one after the other. */
export async function failures(engine: NodeEngine): Promise<Failures> {
  const lab = createLab(engine)
  await lab.up(3)
  const { traffic } = await engine.endpoints()
  try {
    const stop = await underSteadyLoad(traffic, load, () => lab.stop('s1'))
    await lab.start('s1')
    const kill = await underSteadyLoad(traffic, load, () => lab.kill('s2'))
    await lab.start('s2')
    const noticed: Noticed[] = []
    for (let run = 0; run < runs; run++) {
      await underSteadyLoad(traffic, { ...load, seconds: 4 }, async () => {
        noticed.push(await timeToNotice(engine, lab))
      })
      await lab.start('s2')
    }
    const freeze = await underSteadyLoad(traffic, load, () => engine.freeze('s3'))
    await until('s3 to be back', async () => (await serving(lab)).includes('s3'))
    const poolAfterBalancer = await repeat(() => timeToRecover(engine, traffic))
    const stopBalancer = await repeat(() => timeToStop(engine, traffic))
    await engine.stop('ha')
    const balancerLast = await timeToServe(engine, traffic)
    return {
      stop,
      kill,
      outAfterDeath: summary(noticed.map(({ afterDeath }) => afterDeath)),
      outAfterKill: summary(noticed.map(({ afterKill }) => afterKill)),
      freeze,
      poolAfterBalancer,
      balancerLast,
      stopBalancer,
    }
  } finally {
    await engine.destroy()
  }
}

async function repeat(measure: () => Promise<number>): Promise<Summary> {
  const figures: number[] = []
  for (let run = 0; run < runs; run++) figures.push(await measure())
  return summary(figures)
}

interface Noticed {
  readonly afterDeath: number
  readonly afterKill: number
}

/** Asks HAProxy and the application all the while, since the kill itself takes its time to return. */
async function timeToNotice(engine: NodeEngine, lab: Lab): Promise<Noticed> {
  const application = engine.applicationOf('s2')
  const startedAt = performance.now()
  const killed = engine.kill('s2')
  const [diedAt, outAt] = await Promise.all([
    when('s2 to be dead', async () => (await ask(application)).status === undefined),
    when('s2 to be out', async () => !(await serving(lab)).includes('s2')),
  ])
  await killed
  return { afterDeath: outAt - diedAt, afterKill: outAt - startedAt }
}

async function when(what: string, isSo: () => Promise<boolean>): Promise<number> {
  await until(what, isSo, { everyMs: 2 })
  return performance.now()
}

async function timeToRecover(engine: NodeEngine, traffic: Target): Promise<number> {
  await engine.kill('ha')
  return timeToServe(engine, traffic)
}

/** As a client sees it: to look into a container would take a processor from those who start. */
async function timeToServe(engine: NodeEngine, traffic: Target): Promise<number> {
  const startedAt = performance.now()
  const answered = new Set<string>()
  const isWhole = async () => {
    const { node } = await ask(traffic)
    if (node !== undefined) answered.add(node)
    return answered.size === 3
  }
  const whole = until('an answer of each of the three', isWhole)
  const [took] = await Promise.all([
    whole.then(() => performance.now() - startedAt),
    engine.start('ha'),
  ])
  return took
}

async function timeToStop(engine: NodeEngine, traffic: Target): Promise<number> {
  // A steady load leaves connections open that are idle at the stop.
  const loading = underSteadyLoad(traffic, { rate: 20, seconds: 3 }, () => Promise.resolve())
  await wait(1500)
  const startedAt = performance.now()
  await engine.stop('ha')
  const took = performance.now() - startedAt
  await loading
  await timeToServe(engine, traffic)
  return took
}

async function serving(lab: Lab): Promise<string[]> {
  return (await lab.servers()).filter(isServing).map(({ name }) => name)
}
