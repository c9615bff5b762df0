import { setTimeout as wait } from 'node:timers/promises'
import { additions, removals, send } from './bare-socket.js'
import { digits, quantile, type Figure } from './figure.js'
import { join, leave } from './membership.js'
import type { Stand } from './stand.js'

/** Pause before each measurement, with a random part added: periodic work then has no fixed phase. */
const pauseMs = 150

/**
 * Measures the time from the log line of a join until HAProxy has the server,
 * and in turns the same for the same commands on the bare socket. The first join
 * after the start, which meets code that has not run yet, is reported separately.
 */
export async function measureJoins(stand: Stand): Promise<Figure[]> {
  const count = stand.members.length
  const repetitions = count >= 5000 ? 50 : 100
  const ours: number[] = []
  const bare: number[] = []
  const first = await oneJoin(stand)
  for (let i = 0; i < repetitions; i++) {
    bare.push(await bareJoin(stand))
    await pause()
    ours.push(await oneJoin(stand))
    await pause()
  }
  const [p50, p99, barely] = [quantile(ours, 0.5), quantile(ours, 0.99), quantile(bare, 0.5)]
  const facts = { release: stand.release.version, members: count, unit: 'ms' }
  return [
    {
      ...facts,
      title: 'log line to HAProxy, p50',
      value: p50,
      goal: barely + (count >= 5000 ? 4 : 2),
      comparison: `bare socket ${digits(barely)} ms: + ${digits(p50 - barely)} ms, ratio ${digits(p50 / barely)}`,
    },
    {
      ...facts,
      title: 'log line to HAProxy, p99',
      value: p99,
      goal: 3 * p50,
      comparison: `bare socket ${digits(quantile(bare, 0.99))} ms; ${repetitions} joins, longest ${digits(Math.max(...ours))} ms; the first after the start ${digits(first)} ms`,
    },
  ]
}

/** Lets a member join, and leave when HAProxy has it. */
export async function oneJoin(stand: Stand, stayMs = pauseMs): Promise<number> {
  const { observer } = stand
  const joiners = stand.joiners(1)
  const names = joiners.map(({ name }) => name)
  const took = await observer.measure('present', names, join(stand, joiners))
  await wait(stayMs)
  await observer.measure('absent', names, leave(stand, joiners))
  return took
}

async function bareJoin(stand: Stand): Promise<number> {
  const { observer, place } = stand
  const joiners = stand.joiners(1)
  const names = joiners.map(({ name }) => name)
  const text = additions(stand, joiners)
  let answer = ''
  const took = await observer.measure('present', names, async () => {
    answer = await send(place.runtimeSocket, text)
  })
  if (!answer.includes('New server registered')) throw new Error(`HAProxy answered: ${answer}`)
  await send(place.runtimeSocket, removals(joiners))
  return took
}

function pause(): Promise<void> {
  return wait(pauseMs * (1 + Math.random()))
}
