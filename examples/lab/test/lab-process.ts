import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endProcess, temporaryFolder, type Tidy } from 'real-components'
import type { Test } from 'tap'
import type { NodeEngine } from '../src/engine/node-engine.js'
import { placeOn, type Place } from '../src/engine/place.js'
import { processEngine } from '../src/processes/process-engine.js'
import { killMarked, markedProcesses } from '../src/processes/processes.js'

const labBin = fileURLToPath(new URL('../../bin/lab.js', import.meta.url))

/** A lab's own place; whatever is left there is ended with the test. */
export function testPlace(t: Tidy): Place {
  const place = placeOn(
    `127.${randomInt(64, 255)}.${randomInt(1, 255)}`,
    join(temporaryFolder(t), 'lab'),
  )
  t.teardown(() => killMarked(`${place.folder}/`))
  return place
}

/** Returns the engine of the lab in this place, with the whole system. */
export function engineAt(place: Place): NodeEngine {
  return processEngine(place)
}

/** The processes that a lab has at this moment. */
export function processesOf(place: Place): Promise<number[]> {
  return markedProcesses(`${place.folder}/`)
}

/** Options of a process that runs one command of the lab. */
export interface LabProcessOptions {
  readonly env?: NodeJS.ProcessEnv
  /** The program; the lab's own by default, which has no tasks. */
  readonly bin?: string
}

/** The end of a command of the lab. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command of the lab in this place to its end. */
export function runLab(
  place: Place,
  args: readonly string[],
  options: LabProcessOptions = {},
): Promise<Ended> {
  return runBare([...args, ...optionsOf(place)], options)
}

/** Runs a command with these arguments only to its end. */
export function runBare(
  args: readonly string[],
  { env = {}, bin = labBin }: LabProcessOptions = {},
): Promise<Ended> {
  return new Promise(resolve => {
    const child = execFile(
      process.execPath,
      [bin, ...args],
      { env: { ...process.env, ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

/** Runs the tour in a lab of its own, and checks each of its steps. */
export async function playTour(t: Test, place: Place, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runLab(place, ['tour', '--json', ...args])
  t.equal(code, 0, stderr + stdout)
  const { ok, steps } = JSON.parse(stdout) as {
    ok: boolean
    steps: { backends: number; answered: string[] }[]
  }
  t.equal(ok, true)
  t.same(
    steps.map(({ backends, answered }) => [backends, answered.length]),
    [2, 5, 4, 0, 1].map(count => [count, count]),
  )
  t.notOk(existsSync(place.folder))
}

/** Starts a command of the lab that goes on, such as `up`. */
export function startLab(
  t: Tidy,
  place: Place,
  args: readonly string[],
  { env = {}, bin = labBin }: LabProcessOptions = {},
): ChildProcess & { text(): string } {
  const child = spawn(process.execPath, [bin, ...args, ...optionsOf(place)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => endProcess(child))
  return withText(child)
}

/**
 * Starts a command of the lab in a terminal of its own. What is written to its
 * input is typed there; without the process the terminal is closed.
 */
export function startInTerminal(t: Tidy, place: Place, args: readonly string[]) {
  const words = [process.execPath, labBin, ...args, ...optionsOf(place)]
  const line = `stty rows 40 columns 120; exec ${words.map(word => `'${word}'`).join(' ')}`
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  t.teardown(() => endProcess(child))
  return withText(child)
}

function optionsOf({ subnet, folder }: Place): readonly string[] {
  return ['--subnet', subnet, '--folder', folder]
}

/** Adds what a process prints. */
function withText<T extends ChildProcess>(child: T): T & { text(): string } {
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  return Object.assign(child, { text: () => text })
}
