import type { Agent } from '../agent/agent.js'
import { plural } from 'command-line-program'
import { printableText } from '../printable-name.js'
import { readinessOf, type Readiness } from '../reporting/health.js'
import type { AgentState } from '../state/agent-state.js'
import type { NotifyDescriptor } from './notify-descriptor.js'
import type { SystemdNotifier } from './systemd-notifier.js'

/** Supervisors to report to, and what is reported. */
export interface SupervisorReportDeps {
  readonly agent: Pick<Agent, 'state' | 'rounds'>
  readonly descriptor: NotifyDescriptor | undefined
  readonly systemd: SystemdNotifier | undefined
  /** Longest time of a round of a healthy agent, in milliseconds. */
  readonly longestRoundMs: () => number
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
}

/** Time for which a start that goes on asks systemd to wait, in milliseconds. */
const startExtensionMs = 30_000

/** The agent's reports to its supervisor: ready, alive, reloading, stopping, and one line of status. */
export class SupervisorReport {
  readonly #deps: SupervisorReportDeps
  #isReady = false
  #isReloading = false
  #status = ''
  /** The number of rounds that was seen last, and since when. */
  #progress: { readonly rounds: number; readonly since: number }

  constructor(deps: SupervisorReportDeps) {
    this.#deps = deps
    this.#progress = { rounds: deps.agent.rounds(), since: deps.now() }
  }

  /** True after the agent was ready once. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** Reports readiness the first time that the agent is ready, and the status if it changed. */
  update(): void {
    const state = this.#deps.agent.state()
    const readiness = readinessOf(state)
    const isFirst = readiness.ready && !this.#isReady
    if (isFirst) this.#deps.descriptor?.ready()
    this.#isReady ||= readiness.ready
    const status = statusLine(state, readiness)
    const isNew = status !== this.#status
    this.#status = status
    this.#deps.systemd?.send({
      ...(isFirst && { READY: '1' }),
      ...(isNew && { STATUS: status }),
    })
  }

  /** Reports a sign of life, unless a round takes too long: then systemd ends the agent. */
  reportAlive(): void {
    if (this.#isAlive()) this.#deps.systemd?.send({ WATCHDOG: '1' })
  }

  /** Has systemd wait for a start that takes long, as while the Serf agent is down. */
  extendStart(): void {
    if (this.#isReady || !this.#isAlive()) return
    this.#deps.systemd?.send({ EXTEND_TIMEOUT_USEC: String(startExtensionMs * 1000) })
  }

  /** Reports a reload of the configuration; the result of the call reports its end. */
  reloading(): () => void {
    if (!this.#isReady || this.#isReloading) return () => {}
    this.#isReloading = true
    this.#deps.systemd?.send({ RELOADING: '1' })
    return () => {
      this.#isReloading = false
      this.#deps.systemd?.send({ READY: '1' })
    }
  }

  /** Reports that the agent stops. Resolves when systemd knows. */
  async stopping(): Promise<void> {
    this.#deps.systemd?.send({ STOPPING: '1', STATUS: 'stopping' })
    await this.#deps.systemd?.flushed()
  }

  #isAlive(): boolean {
    const { agent, now, longestRoundMs } = this.#deps
    const rounds = agent.rounds()
    if (rounds !== this.#progress.rounds) this.#progress = { rounds, since: now() }
    return now() - this.#progress.since <= longestRoundMs()
  }
}

/** Returns the state of the agent in one line, for `systemctl status`. */
function statusLine(state: AgentState, { ready, reasons }: Readiness): string {
  const servers = state.pools.reduce((sum, pool) => sum + pool.servers.length, 0)
  const pools = plural(state.pools.length, 'pool')
  const facts = ready ? [`${plural(servers, 'server')} in ${pools}`] : []
  const text = [...facts, ...reasons].join('; ')
  return `${ready ? state.mode : 'not ready'}: ${printableText(text)}`
}
