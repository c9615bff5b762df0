import { command, type RunningServer, type RuntimeClient } from 'haproxy-runtime'
import { joiningServers, servedPools, type Joining } from '../plan/joining-servers.js'
import type { ServerOperation } from '../plan/operation.js'
import { serverId } from '../servers/server-id.js'
import { ServerTable, type ServersByPool } from '../servers/server-table.js'
import { pollDelayMs } from '../poll-delay.js'

/** Number of reads in a row before a waiting server is left to HAProxy's own checks: 5 s and more. */
const maxPolls = 27
/** A read occupies one of HAProxy's threads for at most a tenth of the time. */
const pauseFactor = 10

/**
 * The servers that join and wait for their first successful health check. They
 * are down in HAProxy, which would admit them after `rise` checks; one check that
 * passed is enough here. Also a server without a result is admitted when its
 * pool has no other left.
 */
export class Admission {
  readonly #runtime: RuntimeClient
  readonly #waiting = new Set<string>()
  #polls = 0

  constructor(runtime: RuntimeClient) {
    this.#runtime = runtime
  }

  /**
   * Returns the servers that have to wait in these operations. Healths that are
   * some seconds old are read again before a server joins without a check.
   */
  async joining(
    operations: readonly ServerOperation[],
    servers: ServersByPool,
    signal: AbortSignal,
  ): Promise<Joining['waiting']> {
    const { waiting, unserved } = joiningServers(operations, servers)
    if (unserved.length === 0) return waiting
    const fresh = ServerTable.of(await this.#runtime.servers(unserved, { signal }))
    const of = (pool: string) => (unserved.includes(pool) ? fresh : servers).of(pool)
    return joiningServers(operations, { of }).waiting
  }

  /** The servers that wait, as `pool/name`. */
  get waiting(): ReadonlySet<string> {
    return this.#waiting
  }

  /** Notes servers that wait from now on, as `pool/name`. */
  wait(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#waiting.add(id)
      this.#polls = 0
    }
  }

  /**
   * Admits servers whose check has passed, and those whose pool has no server
   * that takes traffic, unless their check has failed. Refusals are ignored: then
   * HAProxy's checks decide.
   *
   * @param servers - as HAProxy has just reported them
   * @param operations - what is about to change
   * @param served - pools in which another server takes traffic, if not all servers are given
   */
  async admit(
    servers: Iterable<RunningServer>,
    operations: readonly ServerOperation[],
    signal: AbortSignal,
    served = servedPools(servers, operations),
  ): Promise<void> {
    const admitted: RunningServer[] = []
    const stillWaiting = new Set<string>()
    for (const server of servers) {
      const id = serverId(server)
      if (server.health === 'up' || server.admin === 'maint') continue
      // Without a result yet it waits too, whoever added it.
      if (!this.#waiting.has(id) && !(server.checked && server.lastCheck === 'none')) continue
      const isLast = !served.has(server.pool) && server.lastCheck === 'none'
      if (server.passedChecks > 0 || isLast) admitted.push(server)
      else stillWaiting.add(id)
    }
    this.#waiting.clear()
    for (const id of stillWaiting) this.#waiting.add(id)
    if (admitted.length === 0) return
    const commands = admitted.map(({ pool, name }) => command.setHealth(pool, name, 'up'))
    await this.#runtime.batch(commands, { signal })
  }

  /**
   * Returns the delay of the next read that may admit a server; undefined if none
   * waits, or none has answered for seconds.
   *
   * @param readMs - duration of the last read
   */
  pollDelayMs(readMs: number): number | undefined {
    if (this.#waiting.size === 0 || this.#polls >= maxPolls) return undefined
    return Math.max(pollDelayMs(this.#polls++), pauseFactor * readMs)
  }
}
