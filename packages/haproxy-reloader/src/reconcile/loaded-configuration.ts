import { splitWords } from 'haproxy-config-text'
import type { DesiredState } from '../plan/desired-state.js'
import { inheritedByPool } from '../plan/inherited-options.js'
import { isAddition, type ServerOperation } from '../plan/operation.js'
import { comparableOptions, unmanagedServers } from '../plan/server-lines.js'
import type { RunningState } from '../plan/plan.js'
import { serverId } from '../servers/server-id.js'
import type { ServersByPool } from '../servers/server-table.js'
import { stickyPools } from './sticky-pools.js'
import type { ServerDifference } from '../plan/text-difference.js'

/** Facts about a text that only a reload can change. */
export interface TextFacts {
  /** Pools with dynamic cookies. */
  readonly stickyPools: ReadonlySet<string>
  /** Servers of managed pools that belong to the text, as `pool/name`. */
  readonly unmanaged: ReadonlySet<string>
  /** The options that the servers of each pool inherit. */
  readonly inherited: ReadonlyMap<string, string>
}

/**
 * The facts about a worker's configuration that HAProxy does not tell. They are
 * kept until the next worker, since reading a text of thousands of servers takes
 * longer than a change.
 */
export class LoadedConfiguration {
  #facts:
    | { readonly frame: object | undefined; readonly pools: string; readonly of: TextFacts }
    | undefined
  #options = new Map<string, string>()
  #worker: number | undefined

  /** The options of servers that HAProxy has and its file lacks, by `pool/name`. */
  get optionsBesideText(): ReadonlyMap<string, string> {
    return this.#options
  }

  /** Returns the facts about the text that HAProxy runs; while it is not known, those of a desired text. */
  facts(desired: DesiredState): TextFacts {
    // One frame has the same pools with servers, and the same text but for their lines.
    if (desired.frame && this.#facts?.frame === desired.frame) return this.#facts.of
    return this.#facts?.pools === poolNames(desired) ? this.#facts.of : factsOf(desired)
  }

  /** Returns the facts for a plan from the confirmed state, with no sessions counted. */
  planFacts(desired: DesiredState): Omit<RunningState, 'text' | 'servers'> {
    const { unmanaged, inherited } = this.facts(desired)
    const uncounted = { sessions: new Map<string, number>(), overdue: new Set<string>() }
    const { optionsBesideText } = this
    return { ...uncounted, unmanaged, inherited, optionsBesideText, replaced: new Set<string>() }
  }

  /** Notes that HAProxy runs a text, or is brought to it without a reload. */
  runs(desired: DesiredState): TextFacts {
    const of = this.facts(desired)
    if (this.#facts?.of !== of || this.#facts.frame !== desired.frame)
      this.#facts = { frame: desired.frame, pools: poolNames(desired), of }
    return of
  }

  /** Notes the options with which servers are about to be added. */
  sending(operations: readonly ServerOperation[]): void {
    for (const operation of operations) {
      if (!isAddition(operation)) continue
      const { name, weight, options } = operation.server
      const words = splitWords(`weight ${weight} ${options}`)
      this.#options.set(serverId({ pool: operation.pool, name }), comparableOptions(words))
    }
  }

  /** Notes that the file has another text, which HAProxy runs, and how its servers differ. */
  committed({ added, dropped }: ServerDifference): void {
    for (const id of added.keys()) this.#options.delete(id)
    for (const [id, options] of dropped) this.#options.set(id, options)
  }

  /** Notes which servers a worker has; another worker than before may run another text. */
  seen(worker: number, servers: ServersByPool): void {
    if (this.#worker !== undefined && this.#worker !== worker) this.reset()
    this.#worker = worker
    for (const id of this.#options.keys()) {
      const [pool = '', name = ''] = id.split('/')
      if (!servers.of(pool).has(name)) this.#options.delete(id)
    }
  }

  /** Forgets everything, since a new worker starts. */
  reset(): void {
    this.#worker = undefined
    this.#facts = undefined
    this.#options = new Map()
  }
}

/** Facts hold for these pools; what a pool inherits depends on the place of its first server. */
function poolNames({ pools }: DesiredState): string {
  return JSON.stringify(pools.map(({ name, servers }) => [name, servers.length > 0]))
}

function factsOf({ text, pools }: DesiredState): TextFacts {
  return {
    stickyPools: stickyPools(text),
    unmanaged: unmanagedServers(text, pools),
    inherited: inheritedByPool(text),
  }
}
