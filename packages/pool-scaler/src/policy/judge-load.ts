import type { ObservedMember } from './observed-pool.js'
import type { LoadTarget } from './pool-target.js'

/** Part of its target that the response time has to be below before a pool is shrunk. */
const quietResponse = 0.5

/** The size that fits a load. */
export interface LoadVerdict {
  /** Size that the load needs now; above the present one if it is too small. */
  readonly needed: number
  /** True if one server less is enough by every figure. */
  readonly isLow: boolean
  /** The figures in words. */
  readonly reason: string
}

/** Compares the load of a pool with its target, at the present size. */
export function judgeLoad(
  members: readonly ObservedMember[],
  target: LoadTarget,
  size: number,
): LoadVerdict {
  const queued = total(members.map(member => member.queued))
  const sessions = total(members.map(member => member.sessions)) + queued
  const { tolerance, sessionsPerServer, queuedPerServer } = target
  const figures: LoadVerdict[] = []
  if (sessionsPerServer !== undefined)
    figures.push(perServer('sessions and queued requests', sessions, sessionsPerServer))
  if (queuedPerServer !== undefined)
    figures.push(perServer('queued requests', queued, queuedPerServer))
  if (target.responseMs !== undefined)
    figures.push(responseTime(averageMs(members), target.responseMs, { size, tolerance }))
  const needed = Math.max(0, ...figures.map(figure => figure.needed))
  const isLow = figures.every(figure => figure.isLow)
  const shown = needed > size ? figures.filter(figure => figure.needed > size) : figures
  return { needed, isLow, reason: shown.map(({ reason }) => reason).join(', ') }

  function perServer(what: string, load: number, limit: number): LoadVerdict {
    const isHigh = load > size * limit * (1 + tolerance)
    return {
      needed: isHigh ? Math.ceil(load / limit) : size,
      isLow: load <= (size - 1) * limit * (1 - tolerance),
      reason: `${load} ${what} for ${size} with a target of ${limit} each`,
    }
  }
}

function responseTime(
  averageMs: number | undefined,
  limitMs: number,
  { size, tolerance }: { readonly size: number; readonly tolerance: number },
): LoadVerdict {
  const isHigh = averageMs !== undefined && averageMs > limitMs * (1 + tolerance)
  const measured = averageMs === undefined ? 'no response time' : `${Math.round(averageMs)} ms`
  return {
    needed: isHigh ? size + 1 : size,
    isLow: averageMs === undefined || averageMs < limitMs * quietResponse,
    reason: `${measured} on average with a target of ${limitMs} ms`,
  }
}

/** Returns the average of the members with sessions; an idle one has only an old average. */
function averageMs(members: readonly ObservedMember[]): number | undefined {
  const busy = members.flatMap(({ sessions, responseMs }) =>
    sessions > 0 && responseMs !== undefined ? [{ sessions, responseMs }] : [],
  )
  if (busy.length === 0) return undefined
  const sum = total(busy.map(({ sessions, responseMs }) => sessions * responseMs))
  return sum / total(busy.map(({ sessions }) => sessions))
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
