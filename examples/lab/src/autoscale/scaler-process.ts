import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../lab-error.js'
import { identify, isRunning, signalProcess, type ProcessId } from '../processes/processes.js'
import { until } from '../until.js'

/** Returns the folder of the files of the scaler of a lab. */
export function scalerFolder(folder: string): string {
  return join(folder, 'autoscale')
}

function processFile(folder: string): string {
  return join(scalerFolder(folder), 'process.json')
}

/**
 * Makes this process the scaler of a lab.
 *
 * @throws LabError where another one runs
 */
export async function claimScaler(folder: string): Promise<void> {
  if (await runningScaler(folder))
    throw new LabError('The lab is scaled already: end that with `autoscale off`')
  await mkdir(scalerFolder(folder), { recursive: true, mode: 0o700 })
  const own = await identify(process.pid)
  await writeFile(processFile(folder), JSON.stringify(own), { mode: 0o600 })
}

/** Removes the claim of this process, if its lab is still there. */
export async function releaseScaler(folder: string): Promise<void> {
  await rm(processFile(folder), { force: true })
}

/** Ends the scaler of a lab, and waits for its end; returns whether one was running. */
export async function endScaler(folder: string): Promise<boolean> {
  const running = await runningScaler(folder)
  if (!running) return false
  signalProcess(running.pid, 'SIGTERM')
  await until('the scaler to end', async () => !(await isRunning(running)))
  return true
}

async function runningScaler(folder: string): Promise<ProcessId | undefined> {
  try {
    const found = JSON.parse(await readFile(processFile(folder), 'utf8')) as ProcessId
    return (await isRunning(found)) ? found : undefined
  } catch {
    // No scaler was started, or its lab was removed.
    return undefined
  }
}
