import { setTimeout as wait } from 'node:timers/promises'
import { digits, type Figure } from './figure.js'
import { oneJoin } from './measure-joins.js'
import { processorMs, processorShare, residentMiB } from './process-counters.js'
import type { Stand } from './stand.js'

/** Pairs that are not measured: V8 compiles and optimizes the code that runs first and often. */
const warmUpPairs = 20
const joinedMs = 2000
const leftMs = 4000
/** Work that was put off ends within this time. V8 also collects garbage once more some seconds after the last work. */
const restMs = 20_000
const leastWindowMs = 60_000
/** Interval of the reads of all members, for each member: a window without one would cost less. */
const readMsPerMember = 20

/** Measures the agent's use of the processor for a join and a leave, and while idle, and its memory after that. */
export async function measureUse(
  stand: Stand,
  wanted: { readonly processor: boolean; readonly idle: boolean },
): Promise<Figure[]> {
  const { pid, release, members } = stand
  const facts = { release: release.version, members: members.length }
  const windowMs = Math.max(leastWindowMs, readMsPerMember * members.length)
  for (let pair = 0; pair < warmUpPairs; pair++) await oneJoin(stand)
  await wait(restMs)
  const idleShare = await processorShare(pid, windowMs)
  const isLarge = members.length >= 5000
  const idle: Figure[] = [
    {
      ...facts,
      title: 'idle',
      value: idleShare,
      unit: '% of a processor',
      goal: isLarge ? 0.5 : 0.2,
      comparison: `${windowMs / 1000} s, after ${warmUpPairs} joins and leaves`,
    },
    {
      ...facts,
      title: 'resident memory',
      value: residentMiB(pid),
      unit: 'MiB',
      goal: isLarge ? 130 : members.length <= 10 ? 70 : undefined,
      comparison: '',
    },
  ]
  const processor = wanted.processor ? [await measurePairs(stand, idleShare, windowMs)] : []
  return [...processor, ...(wanted.idle ? idle : [])]
}

/** Measures pairs for about as long as the idle agent, so that periodic work is in both. */
async function measurePairs(stand: Stand, idleShare: number, windowMs: number): Promise<Figure> {
  const { pid, release, members } = stand
  const pairs = Math.ceil((windowMs - restMs) / (joinedMs + leftMs))
  const [startedAt, before] = [performance.now(), processorMs(pid)]
  for (let pair = 0; pair < pairs; pair++) {
    await oneJoin(stand, joinedMs)
    await wait(leftMs)
  }
  await wait(restMs)
  const used = (processorMs(pid) - before) / pairs
  const tookMs = (performance.now() - startedAt) / pairs
  const idleMs = (tookMs * idleShare) / 100
  return {
    release: release.version,
    members: members.length,
    title: 'processor time of a join and a leave',
    value: used - idleMs,
    unit: 'ms',
    goal: members.length >= 5000 ? 25 : members.length > 10 ? 12 : 10,
    comparison: `mean of ${pairs}: ${digits(used)} ms in ${digits(tookMs / 1000)} s, minus ${digits(idleMs)} ms of idle work in as long`,
  }
}
