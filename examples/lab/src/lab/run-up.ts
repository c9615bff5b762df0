import { endScaler } from '../autoscale/scaler-process.js'
import type { NodeEngine } from '../engine/node-engine.js'
import { publicEndpoints, welcomeText } from './change-text.js'
import { createLab } from './lab.js'
import { watchLab } from './watch-lab.js'

/** Options of {@link runUp}. */
interface UpOptions {
  readonly backends: number
  readonly isJson: boolean
  /** Leaves the lab running. */
  readonly detach: boolean
  /** Options of the command line that lead to this lab from another terminal. */
  readonly options: string
  readonly signal: AbortSignal
}

/** Starts a lab, prints how to use it, and shows it until `signal` aborts; then the lab ends. */
export async function runUp(
  engine: NodeEngine,
  { backends, isJson, detach, options, signal }: UpOptions,
): Promise<void> {
  const change = await createLab(engine, { signal }).up(backends)
  const endpoints = await engine.endpoints()
  if (isJson) console.log(JSON.stringify({ ...change, endpoints: publicEndpoints(endpoints) }))
  else console.log(welcomeText(change, endpoints, { detach, options }))
  if (detach) return
  const isThere = await watchLab(engine, signal).catch(async (error: unknown) => {
    await engine.destroy()
    throw error
  })
  if (!isThere) {
    console.error('The lab was ended from another terminal.')
    return
  }
  await endScaler(engine.folder)
  console.error('\nEnding the lab: every node leaves, finishes and stops …')
  await engine.destroy()
  console.error('The lab has ended; nothing is left.')
}
