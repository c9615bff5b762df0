import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import type { AgentPlace } from '../agent/read-agent.js'
import type { DriverCommands } from '../driver/command-driver.js'
import { ScalerError } from '../scaler-error.js'
import { scaledPool, type ScaledPool } from './pool-schema.js'
import { scalingSchema } from './scaling-schema.js'

/** The configuration of a scaler. */
export interface Scaling {
  /** Place of the agent. */
  readonly agent: AgentPlace
  /** Time between two rounds, in milliseconds. */
  readonly intervalMs: number
  /** Absolute path of the file that keeps the memory. */
  readonly memoryFile: string
  /** Commands that start and stop nodes. */
  readonly driver: DriverCommands
  /** The pools, in the order of the file. */
  readonly pools: readonly ScaledPool[]
}

/**
 * Reads and validates the YAML file of a scaler. Relative paths in it start at its folder.
 *
 * @throws ScalerError `configuration`, with the file and each invalid field.
 */
export function loadScaling(file: string): Scaling {
  const result = scalingSchema.safeParse(valuesOf(file), { reportInput: true })
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message, input }) => {
      const found = input === undefined ? 'nothing' : JSON.stringify(input).slice(0, 100)
      const stated = message.includes('found') ? message : `${message}, found ${found}`
      return `${file}: ${path.join('.') || 'the file'}: ${stated}`
    })
    throw new ScalerError('configuration', `${problems.join('\n')}; ${remedy}`)
  }
  const { agent, intervalMs, memoryFile, driver, pools } = result.data
  const folder = dirname(resolve(file))
  return {
    agent: placeOf(agent, folder, file),
    intervalMs,
    memoryFile: resolve(folder, memoryFile),
    driver,
    pools: pools.map(scaledPool),
  }
}

const remedy = 'see docs/how-to/autoscaling.md for all fields'

function valuesOf(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8')) as unknown
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new ScalerError('configuration', `cannot read ${file}: ${reason}; ${remedy}`, { cause })
  }
}

function placeOf(text: string, folder: string, file: string): AgentPlace {
  if (text.includes('/')) return { socketPath: resolve(folder, text) }
  const [, bracketed, plain, digits] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port }
  const expected = 'expected the path of a control socket, or ADDRESS:PORT'
  throw new ScalerError('configuration', `${file}: agent: ${expected}, found ${text}; ${remedy}`)
}
