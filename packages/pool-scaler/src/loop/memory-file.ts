import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { noMemory, type PoolMemory } from '../policy/pool-memory.js'
import { ScalerError } from '../scaler-error.js'

const time = z.number()
const since = z.strictObject({ name: z.string(), since: time })

const memorySchema = z.strictObject({
  wanted: z.int().min(0).optional(),
  present: z.array(z.string()),
  unhealthy: z.array(since),
  lost: z.array(since),
  highSince: time.optional(),
  lowSince: time.optional(),
  surplusSince: time.optional(),
  changedAt: time.optional(),
  shrunkAt: time.optional(),
  shrinkWaitFactor: z.number().min(1),
  starts: z.array(
    z.strictObject({ at: time, member: z.string().optional(), healthyAt: time.optional() }),
  ),
  stops: z.array(since),
  startTimes: z.array(time),
  failures: z.int().min(0),
  pausedUntil: time,
})

const fileSchema = z.strictObject({
  version: z.literal(1),
  pools: z.array(z.strictObject({ name: z.string(), memory: memorySchema })),
})

/** The memories of the pools, by the names of the pools. */
export type Memories = ReadonlyMap<string, PoolMemory>

/**
 * Reads the memories that an earlier process has left; none without a file.
 *
 * @throws ScalerError `memory` if the file cannot be used
 */
export function readMemories(file: string): Memories {
  try {
    const { pools } = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return new Map(pools.map(({ name, memory }) => [name, { ...noMemory, ...memory }]))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw problem('read', file, cause, 'remove it if no order is in flight')
  }
}

/**
 * Writes the memories: as a new file, which then replaces the old one.
 *
 * @throws ScalerError `memory` if the file cannot be written
 */
export function writeMemories(file: string, memories: Memories): void {
  const fresh = `${file}.${process.pid}`
  const pools = [...memories].map(([name, memory]) => ({ name, memory }))
  try {
    writeFileSync(fresh, `${JSON.stringify({ version: 1, pools })}\n`, { mode: 0o600 })
    renameSync(fresh, file)
  } catch (cause) {
    rmSync(fresh, { force: true })
    throw problem('write', file, cause, 'name a memoryFile in a folder that exists and is yours')
  }
}

function problem(act: string, file: string, cause: unknown, remedy: string): ScalerError {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
  return new ScalerError('memory', `cannot ${act} the memory ${file}: ${reason}; ${remedy}`, {
    cause,
  })
}
