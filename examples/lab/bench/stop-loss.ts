import type { NodeEngine } from '../src/engine/node-engine.js'
import { createLab } from '../src/lab/lab.js'
import { underSteadyLoad, type LoadResult } from './steady-load.js'

/** The same load, three times: nothing happens, a node stops, a node dies. */
export interface StopLoss {
  readonly quiet: LoadResult
  readonly stop: LoadResult
  readonly kill: LoadResult
}

const load = { rate: 200, seconds: 8 }

/** Stops, and then kills, one of three nodes under 200 requests a second. */
export async function stopLoss(engine: NodeEngine): Promise<StopLoss> {
  const lab = createLab(engine)
  await lab.up(3)
  const { traffic } = await engine.endpoints()
  try {
    const quiet = await underSteadyLoad(traffic, load, () => Promise.resolve())
    const stop = await underSteadyLoad(traffic, load, () => lab.stop('s1'))
    await lab.start('s1')
    const kill = await underSteadyLoad(traffic, load, () => lab.kill('s2'))
    return { quiet, stop, kill }
  } finally {
    await lab.down()
  }
}
