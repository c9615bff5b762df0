import * as z from 'zod'
import { isSafeName } from '../driver/safe-name.js'
import type { PoolTarget } from '../policy/pool-target.js'

const longestMs = 86_400_000
const most = 10_000

const time = (least = 0) => z.int().min(least).max(longestMs)
const count = (least: number) => z.int().min(least).max(most)

const loadSchema = z
  .strictObject({
    sessionsPerServer: z
      .number()
      .positive()
      .optional()
      .describe('Sessions and queued requests for each server'),
    queuedPerServer: z.number().positive().optional().describe('Queued requests for each server'),
    responseMs: z.number().positive().optional().describe('Average response time in milliseconds'),
    tolerance: z.number().min(0).max(0.9).default(0.2).describe('Part of a target that is ignored'),
  })
  .refine(
    ({ sessionsPerServer, queuedPerServer, responseMs }) =>
      (sessionsPerServer ?? queuedPerServer ?? responseMs) !== undefined,
    'expected sessionsPerServer, queuedPerServer or responseMs',
  )

/** The schema of one pool of the configuration. */
export const poolSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/, 'expected the name of a pool, such as web')
      .describe('Name of the pool in the configuration of the agent'),
    members: z
      .string()
      .refine(isExpression, 'expected a regular expression, such as web-[0-9]+')
      .default('.*')
      .describe('Regular expression for the whole name of the members that may be stopped'),
    size: count(1).optional().describe('Fixed size of the pool'),
    load: loadSchema.optional().describe('Load that the size follows'),
    minimum: count(1).optional().describe('Fewest servers'),
    maximum: count(1).optional().describe('Most servers'),
    growAfterMs: time().default(10_000),
    shrinkAfterMs: time().default(300_000),
    hungAfterMs: time().default(30_000),
    lostAfterMs: time().default(10_000),
    startTimeoutMs: time(1).default(120_000),
    stopTimeoutMs: time(1).default(120_000),
    settledAfterMs: time().default(60_000),
    maximumInFlight: count(1).default(1),
    startsPerHour: count(1).default(30),
    backOffMs: time(1).default(10_000),
    longestBackOffMs: time(1).default(600_000),
  })
  .superRefine((pool, context) => {
    const problem = problemOf(pool)
    if (problem) context.addIssue({ code: 'custom', ...problem })
  })

/** Fields of a pool of the configuration; all but the name are optional. */
export type PoolSettings = z.input<typeof poolSchema>

interface Sizes {
  readonly size?: number | undefined
  readonly load?: object | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
}

function problemOf({ size, load, minimum, maximum }: Sizes) {
  if ((size === undefined) === (load === undefined))
    return { path: ['size'], message: 'expected either size or load' }
  if (load !== undefined && (minimum === undefined || maximum === undefined)) {
    const path = [minimum === undefined ? 'minimum' : 'maximum']
    return { path, message: 'expected minimum and maximum of a pool that follows its load' }
  }
  const low = minimum ?? size ?? 1
  const high = maximum ?? size ?? most
  if (low > high)
    return { path: ['minimum'], message: `expected at most the maximum of ${high}, found ${low}` }
  if (size !== undefined && (size < low || size > high))
    return { path: ['size'], message: `expected ${low} to ${high}, found ${size}` }
  return undefined
}

function isExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp
  } catch {
    return false
  }
}

/** One pool that is scaled. */
export interface ScaledPool {
  /** Wanted size and limits. */
  readonly target: PoolTarget
  /** Returns whether a member may be stopped, by its name: untrusted text. */
  readonly isOwn: (member: string) => boolean
}

/** Returns a pool of the configuration with the rule for its members. */
export function scaledPool(pool: z.output<typeof poolSchema>): ScaledPool {
  const names = new RegExp(`^(?:${pool.members})$`, 'u')
  return { target: targetOf(pool), isOwn: name => isSafeName(name) && names.test(name) }
}

function targetOf(pool: z.output<typeof poolSchema>): PoolTarget {
  const { members: _, size, load, minimum, maximum, ...limits } = pool
  return {
    ...limits,
    minimum: minimum ?? size ?? 1,
    maximum: maximum ?? size ?? most,
    size: size ?? load ?? 1,
  }
}

/**
 * Returns the target of a pool, with the defaults of the fields that are left out.
 *
 * @throws ZodError if a field is invalid
 *
 * @example
 * ```ts
 * import { poolTarget } from 'pool-scaler'
 *
 * const { minimum, maximum, hungAfterMs } = poolTarget({ name: 'web', size: 3 })
 * minimum // => 3
 * maximum // => 3
 * hungAfterMs // => 30000
 * ```
 */
export function poolTarget(settings: PoolSettings): PoolTarget {
  return targetOf(poolSchema.parse(settings))
}
