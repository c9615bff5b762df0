import { setTimeout as pause } from 'node:timers/promises'
import { until } from 'real-components'
import type { CleanRoot } from '../clean-root.js'
import type { Traffic } from './traffic.js'

/** A command of the proof with its result. */
export interface Row {
  readonly command: string
  /** Wall time of the command until its effect, in seconds. */
  readonly seconds: number
  /** Requests of the traffic meanwhile; undefined while there is none. */
  readonly requests?: number
  readonly failed?: number
}

/** An effect of a command. */
export interface Effect {
  /** The expected state, as {@link look} returns it, or a pattern of it. */
  readonly expected: string | RegExp
  look(): Promise<string>
}

/** A step of the proof. */
export interface Step {
  /** The command as an operator types it. */
  readonly command: string
  /** Runs it; by default it is run by the shell of the root. */
  readonly run?: () => Promise<unknown>
  readonly effect?: Effect
  /** True for the one command that closes HAProxy's ports for a moment. */
  readonly mayFail?: boolean
}

/** Time in which the traffic goes on after each step, before its failures count. */
const settleMs = 500

/** A sequence of commands in a root, each with its wall time and the traffic meanwhile. */
export class Proof {
  readonly #root: CleanRoot
  readonly #say: (line: string) => void
  readonly #rows: Row[] = []
  #traffic: Traffic | undefined

  /** @param say - gets a line for each step that begins */
  constructor(root: CleanRoot, say: (line: string) => void) {
    this.#root = root
    this.#say = say
  }

  /** The commands so far. */
  get rows(): readonly Row[] {
    return this.#rows
  }

  /** Counts the requests of this traffic from now on. */
  async watch(traffic: Traffic): Promise<void> {
    await traffic.sinceLast()
    this.#traffic = traffic
  }

  /**
   * Runs a command, and waits for its effect.
   *
   * @throws Error if it fails, if its effect does not come, or if a request failed
   */
  async step({ command, run, effect, mayFail = false }: Step): Promise<void> {
    this.#say(`$ ${command}`)
    const startedAt = performance.now()
    await (run ? run() : this.#root.must(command))
    if (effect) await untilThere(command, effect)
    const seconds = (performance.now() - startedAt) / 1000
    if (this.#traffic) await pause(settleMs)
    const traffic = await this.#traffic?.sinceLast()
    this.#rows.push({
      command,
      seconds,
      ...(traffic && { requests: traffic.requests, failed: traffic.failures.length }),
    })
    if (!traffic || mayFail) return
    if (traffic.requests === 0) throw new Error(`after \`${command}\`: expected traffic, got none`)
    const [first] = traffic.failures
    if (first === undefined) return
    const { requests, failures } = traffic
    throw new Error(
      `during \`${command}\`: expected no failed request, got ${failures.length} of ${requests}, the first: ${first}`,
    )
  }
}

/** Waits for the effect of a command. @throws Error with what is there instead, after a minute */
async function untilThere(command: string, { expected, look }: Effect): Promise<void> {
  let got = ''
  const isThere = (text: string) =>
    typeof expected === 'string' ? text === expected : expected.test(text)
  try {
    await until('it', async () => isThere((got = await look())))
  } catch (cause) {
    const wanted = expected === '' ? 'nothing' : String(expected)
    throw new Error(`after \`${command}\`: expected ${wanted}, got ${got || 'nothing'}`, { cause })
  }
}
