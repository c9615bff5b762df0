import { runProgram } from 'haproxy-config-text/program'
import { ScalerError } from '../scaler-error.js'
import type { Driver } from './driver.js'
import { isSafeName } from './safe-name.js'

/** Commands of a driver: a program and its arguments. No shell reads them. */
export interface DriverCommands {
  /** Starts one node; `{{pool}}` is the name of the pool. */
  readonly start: readonly string[]
  /** Stops one node in order; `{{name}}` is the name of the member. */
  readonly stop: readonly string[]
  /** Removes what is left of a lost node; undefined if nothing is to be removed. */
  readonly remove?: readonly string[] | undefined
  /** Time in milliseconds after which a command is ended. */
  readonly timeoutMs: number
}

/**
 * Creates a driver that runs commands.
 *
 * @example
 * ```ts
 * import { commandDriver } from 'pool-scaler'
 *
 * const driver = commandDriver({ start: ['true'], stop: ['true', '{{name}}'], timeoutMs: 5000 })
 * const { signal } = new AbortController()
 * await driver.start('web', signal)
 * const error: unknown = await driver.stop('web', '--all', signal).catch(e => e)
 * error instanceof Error && error.name // => 'ScalerError'
 * ```
 */
export function commandDriver({ start, stop, remove, timeoutMs }: DriverCommands): Driver {
  const run = async (words: readonly string[], values: Values, signal: AbortSignal) => {
    const [program = '', ...rest] = words
    const args = rest.map(word => filled(word, values))
    const { error, stderr } = await runProgram(program, args, { timeoutMs, signal })
    if (!error) return
    const shown = [program, ...args].join(' ')
    const why = typeof error.code === 'number' ? `it exited with ${error.code}` : error.message
    const last = stderr.trim().split('\n').at(-1)?.slice(0, 300)
    const said = last === undefined || last === '' ? '' : `: ${last}`
    const remedy = 'run it by hand, and correct `driver` in the configuration or the system'
    throw new ScalerError('driver', `\`${shown}\` failed: ${why}${said}; ${remedy}`)
  }
  return {
    start: (pool, signal) => run(start, { pool }, signal),
    stop: async (pool, name, signal) => run(stop, { pool, name: checked(name) }, signal),
    remove: async (pool, name, signal) => {
      if (remove) await run(remove, { pool, name: checked(name) }, signal)
    },
  }
}

interface Values {
  readonly pool: string
  readonly name?: string
}

function filled(word: string, { pool, name = '' }: Values): string {
  return word.replaceAll(/\{\{(name|pool)\}\}/g, (_, key) => (key === 'name' ? name : pool))
}

function checked(name: string): string {
  if (isSafeName(name)) return name
  const expected = 'expected letters, digits, dots, dashes and underscores, a letter or digit first'
  const found = JSON.stringify(name.slice(0, 60))
  throw new ScalerError(
    'driver',
    `the name of a member is no argument: ${expected}, found ${found}`,
  )
}
