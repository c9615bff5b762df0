import { setTimeout as wait } from 'node:timers/promises'
import {
  createLab,
  type NodeEngine,
  isGood,
  type Lab,
  listeningSince,
  startTraffic,
  until,
} from 'serf-haproxy-lab'
import { known, serving } from './pool-state.js'
import { scenarios, type Measured, type Scenario } from './measured.js'
import { closedTraffic, steadyTraffic, type Sample, type Shape } from './steady-traffic.js'
import type { System } from './systems.js'

const steady: Shape = { rate: 40, secondsBefore: 2, secondsAfter: 12 }
const brief: Shape = { rate: 40, secondsBefore: 2, secondsAfter: 5 }
const reloadClients = 48
const reloadCount = 10
/** A supervisor starts a service at most once a second. */
const reloadEveryMs = 1200
/** The times vary widely in the classic system, so several are taken. */
const recoveries = 3

/** Tools of one measurement. */
export interface Bench {
  readonly engine: NodeEngine
  readonly system: System
  readonly signal: AbortSignal
  during<T>(what: string, action: () => Promise<T>): Promise<T>
}

/** Starts a system, measures the scenarios, and ends it again. */
export async function measure(bench: Bench, wanted: readonly Scenario[]): Promise<Measured> {
  const { engine, system, signal, during } = bench
  const lab = createLab(engine, { signal })
  await engine.create()
  try {
    await during(`${system.name}: starting`, async () => {
      await engine.start('ha')
      for (const node of ['s1', 's2']) await engine.start(node)
      await serving(lab, ['s1', 's2'], signal)
    })
    const measured: Measured = { versions: await versionsOn(engine), samples: {} }
    for (const scenario of scenarios.filter(name => wanted.includes(name))) {
      await during(`${system.name}: ${scenario}`, () => runs[scenario](bench, lab, measured))
    }
    return measured
  } finally {
    const running = [...(await engine.nodes()).keys()]
    await Promise.all(running.map(node => engine.kill(node)))
    await engine.destroy()
  }
}

async function versionsOn(engine: NodeEngine): Promise<Record<string, string>> {
  const programs = { node: 'node --version', haproxy: 'haproxy -v', serf: 'serf version' }
  const first = async ([name, command]: [string, string]) => {
    const { text } = await engine.exec('ha', ['sh', '-c', command])
    return [name, text.split('\n')[0] ?? '']
  }
  return Object.fromEntries(await Promise.all(Object.entries(programs).map(first)))
}

type Run = (bench: Bench, lab: Lab, measured: Measured) => Promise<void>

const runs: Readonly<Record<Scenario, Run>> = {
  async join({ engine, signal }, lab, measured) {
    const { traffic: target } = await engine.endpoints()
    let firstMs = 0
    const samples = await steadyTraffic(target, brief, async () => {
      const traffic = startTraffic(target)
      await engine.start('s3')
      const first = await until(
        'an answer of s3',
        async () => traffic.answers.find(({ node }) => node === 's3'),
        { signal },
      )
      await traffic.stop()
      firstMs = first.at - (await listeningSince(engine.applicationOf('s3')))
    })
    measured.joinMs = Math.round(firstMs)
    keep(measured, 'join', samples)
    await serving(lab, ['s1', 's2', 's3'], signal)
  },

  async stop({ engine, signal }, lab, measured) {
    const { traffic } = await engine.endpoints()
    const nodes = await known(lab)
    const node = nodes.at(-1) ?? 's2'
    keep(measured, 'stop', await steadyTraffic(traffic, steady, () => engine.stop(node)))
    await serving(
      lab,
      nodes.filter(other => other !== node),
      signal,
    )
    await engine.start(node)
    await serving(lab, nodes, signal)
  },

  async crash({ engine, signal }, lab, measured) {
    const { traffic } = await engine.endpoints()
    const nodes = await known(lab)
    const node = nodes.at(-1) ?? 's2'
    keep(measured, 'crash', await steadyTraffic(traffic, steady, () => engine.kill(node)))
    await serving(
      lab,
      nodes.filter(other => other !== node),
      signal,
    )
  },

  async reloads({ engine, system, signal }, lab, measured) {
    const { traffic } = await engine.endpoints()
    const nodes = await known(lab)
    measured.reloads = await closedTraffic(traffic, reloadClients, async () => {
      for (let i = 0; i < reloadCount; i++) {
        await system.reload(engine)
        await wait(reloadEveryMs, undefined, { signal })
      }
    })
    await serving(lab, nodes, signal)
  },

  async recovery({ engine, signal }, lab, measured) {
    const nodes = await known(lab)
    const took: number[] = []
    for (let i = 0; i < recoveries; i++) {
      await engine.kill('ha')
      const startedAt = performance.now()
      await engine.start('ha')
      await serving(lab, nodes, signal)
      took.push(Math.round(performance.now() - startedAt))
    }
    measured.recoveryMs = took
  },

  async badConfiguration({ engine, system, signal }, lab, measured) {
    const { traffic } = await engine.endpoints()
    const before = await known(lab)
    const shape = { ...steady, secondsAfter: 20 }
    const samples = await steadyTraffic(traffic, shape, async () => {
      await system.breakTemplate(engine)
      await engine.start('s5')
      await wait(3000, undefined, { signal })
      await system.repairTemplate(engine)
      await engine.start('s6')
      await wait(3000, undefined, { signal })
      // A load balancer with the old configuration now has no server for its requests.
      await Promise.all(before.map(node => engine.stop(node)))
    })
    keep(measured, 'badConfiguration', samples)
  },
}

function keep(
  measured: Measured,
  scenario: 'join' | 'stop' | 'crash' | 'badConfiguration',
  samples: readonly Sample[],
): void {
  const failed = samples.filter(
    ({ status }) => !isGood({ status, at: 0, tookMs: 0, node: undefined }),
  )
  measured[scenario] = { requests: samples.length, failed: failed.length }
  measured.samples[scenario] = samples
}
