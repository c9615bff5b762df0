import { setTimeout as wait } from 'node:timers/promises'
import type { Figure } from './figure.js'
import { oneJoin } from './measure-joins.js'
import { processorMs, processorShare, residentMiB } from './process-counters.js'
import type { Stand } from './stand.js'

const pairs = 3
const joinedMs = 2000
const leftMs = 4000
/** Work that was put off has to end within this time. */
const restMs = 8000
const idleMs = 20_000

/** Measures what the agent uses: for a join and a leave, while idle, and its memory after that. */
export async function measureUse(
  stand: Stand,
  wanted: { readonly processor: boolean; readonly idle: boolean },
): Promise<Figure[]> {
  const { pid, release, members } = stand
  const facts = { release: release.version, members: members.length }
  const idleShare = await processorShare(pid, idleMs)
  const isLarge = members.length >= 5000
  const idle: Figure[] = [
    {
      ...facts,
      title: 'idle',
      value: idleShare,
      unit: '% of a processor',
      goal: isLarge ? 0.5 : 0.2,
      comparison: `${idleMs / 1000} s`,
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
  const processor = wanted.processor ? [await measurePairs(stand, idleShare)] : []
  return [...processor, ...(wanted.idle ? idle : [])]
}

async function measurePairs(stand: Stand, idleShare: number): Promise<Figure> {
  const { pid, release, members } = stand
  const [startedAt, before] = [performance.now(), processorMs(pid)]
  for (let pair = 0; pair < pairs; pair++) {
    await oneJoin(stand, joinedMs)
    await wait(leftMs)
  }
  await wait(restMs)
  const used = processorMs(pid) - before
  const idleMsOfIt = ((performance.now() - startedAt) * idleShare) / 100
  return {
    release: release.version,
    members: members.length,
    title: 'processor time of a join and a leave',
    value: (used - idleMsOfIt) / pairs,
    unit: 'ms',
    goal: members.length >= 5000 ? 25 : members.length > 10 ? 12 : 10,
    comparison: `${pairs} of each, ${Math.round(idleMsOfIt / pairs)} ms of idle work subtracted`,
  }
}
