import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createMasterClient } from 'haproxy-runtime'
import {
  haproxyPlace,
  startHaproxy,
  until,
  type HaproxyPlace,
  type HaproxyRelease,
  type Tidy,
} from 'real-components'
import { additions, removals, send } from './bare-socket.js'
import { digits, type Figure } from './figure.js'
import { join } from './membership.js'
import { startObserver } from './observer.js'
import { processorMs, processorShare } from './process-counters.js'
import { startStand, type Stand } from './stand.js'

const burst = 900
const greatestRatio = 1.3

/** Measures 900 joins at once into a pool, next to the same change without the agent. */
export async function measureBurst(
  tidy: Tidy,
  release: HaproxyRelease,
  count: number,
): Promise<Figure> {
  const isByReload = count >= 5000
  const stand = await startStand(tidy, release, count)
  const bareBatch = isByReload ? undefined : await sendBatch(stand)
  const before = textOf(stand)
  const joiners = stand.joiners(burst)
  const names = joiners.map(({ name }) => name)
  const usedBefore = processorMs(stand.pid)
  const took = await stand.observer.measure('present', names, join(stand, joiners))
  await until('all servers in the file', () => names.every(name => textOf(stand).includes(name)))
  await processorShare(stand.pid, 1000)
  const usedMs = processorMs(stand.pid) - usedBefore
  const bare = bareBatch ?? (await reload(tidy, release, stand, before, textOf(stand), names))
  return {
    release: release.version,
    members: count,
    title: `${burst} joins at once`,
    value: took,
    unit: 'ms',
    goal: greatestRatio * bare,
    comparison: [
      `bare ${isByReload ? 'reload' : 'batch'} ${digits(bare)} ms, ratio ${digits(took / bare)}`,
      `the agent's processor time ${digits(usedMs)} ms`,
      ...(isByReload ? [`haproxy -c ${digits(checkMs(stand))} ms`] : []),
    ].join('; '),
  }
}

async function sendBatch(stand: Stand): Promise<number> {
  const { observer, place } = stand
  const joiners = stand.joiners(burst)
  const names = joiners.map(({ name }) => name)
  const text = additions(stand, joiners)
  const took = await observer.measure('present', names, () => send(place.runtimeSocket, text))
  await send(place.runtimeSocket, removals(joiners))
  await observer.measure('absent', names, () => {})
  return took
}

/** Reloads another HAProxy from the text before to the text after the joins. */
async function reload(
  tidy: Tidy,
  release: HaproxyRelease,
  stand: Stand,
  before: string,
  after: string,
  names: readonly string[],
): Promise<number> {
  const place = haproxyPlace(tidy)
  await startHaproxy(tidy, place, movedTo(place, stand.place, before), release.program)
  const observer = startObserver(tidy, place.runtimeSocket)
  const master = createMasterClient({ socket: place.masterSocket })
  const text = movedTo(place, stand.place, after)
  return observer.measure('present', names, () => {
    writeFileSync(place.configFile, text)
    return master.reload()
  })
}

/** Returns the time in which HAProxy checks the configuration. */
function checkMs({ release, place }: Stand): number {
  const startedAt = performance.now()
  spawnSync(release.program, ['-c', '-f', place.configFile])
  return performance.now() - startedAt
}

/** Returns the text for another HAProxy: with its own folder and without listeners for clients. */
function movedTo(place: HaproxyPlace, from: HaproxyPlace, text: string): string {
  return text
    .replaceAll(from.folder, place.folder)
    .replaceAll(/^ *bind .*$/gm, `  bind ${place.folder}/web.sock`)
}

function textOf({ place }: Stand): string {
  return readFileSync(place.configFile, 'utf8')
}
