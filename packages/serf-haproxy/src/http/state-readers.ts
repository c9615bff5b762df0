import type { Agent } from '../agent/agent.js'

/** Time for which a client counts as watching after it has read the state. */
const watchingMs = 5000

/**
 * The clients with full access that read the state again and again, as a script does that waits.
 * While there are some, the agent polls HAProxy as for a client that watches.
 */
export class StateReaders {
  readonly #agent: Pick<Agent, 'watching'>
  #watch: Disposable | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(agent: Pick<Agent, 'watching'>) {
    this.#agent = agent
  }

  /** Notes that a client reads the state now. */
  read(): void {
    clearTimeout(this.#timer)
    this.#watch ??= this.#agent.watching()
    this.#timer = setTimeout(() => {
      this.#watch?.[Symbol.dispose]()
      this.#watch = undefined
    }, watchingMs)
    // It must not keep a process that ends.
    this.#timer.unref()
  }
}
