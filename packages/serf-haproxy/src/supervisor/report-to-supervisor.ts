import type { Agent } from '../agent/agent.js'
import { systemClock } from '../clock.js'
import type { Configuration } from '../configuration/schema.js'
import { takeNotifyDescriptor } from './notify-descriptor.js'
import { SupervisorReport } from './supervisor-report.js'
import { takeSystemdVariables } from './supervisor-variables.js'
import { createSystemdNotifier } from './systemd-notifier.js'

/** Interval at which the agent looks whether it is ready, until it is, in milliseconds. */
const startIntervalMs = 100
/** Interval at which systemd's line of status is renewed, in milliseconds. */
const statusIntervalMs = 5000
/** Interval at which systemd is asked to wait for a start that takes long, in milliseconds. */
const extensionIntervalMs = 10_000
/** Longest interval of signs of life: a watchdog may be set to years. */
const longestAliveIntervalMs = 60_000
/** Time that a round may take in addition to its intervals: HAProxy's checks of many servers are slow. */
const roundAllowanceMs = 120_000

/** The environment of an agent, as far as a supervisor needs it. */
export interface Supervised {
  readonly agent: Pick<Agent, 'state' | 'rounds'>
  /** The descriptor of `--notify-fd`. */
  readonly notifyFd: number | undefined
  /** The configuration in use. */
  readonly configuration: () => Configuration
  readonly onError: (error: Error) => void
}

/** A running report. */
export interface RunningReport extends Pick<SupervisorReport, 'reloading'> {
  /** Reports the stop, and ends the report. Resolves when systemd knows; later calls do nothing more. */
  stop(): Promise<void>
}

/**
 * Reports the agent to the supervisor that started it: to systemd where
 * `NOTIFY_SOCKET` is set, and to s6 on the given descriptor. Takes systemd's
 * variables out of the environment.
 *
 * @throws AgentError `configuration` if the descriptor is not open
 */
export function reportToSupervisor(supervised: Supervised): RunningReport {
  const { agent, notifyFd, configuration, onError } = supervised
  const variables = takeSystemdVariables(process.env, process.pid)
  const report = new SupervisorReport({
    agent,
    descriptor: notifyFd === undefined ? undefined : takeNotifyDescriptor(notifyFd, onError),
    systemd: variables && createSystemdNotifier(variables.socket, onError),
    longestRoundMs: () => longestRoundMs(configuration()),
    now: systemClock.now,
  })
  const end = new AbortController()
  if (variables || notifyFd !== undefined) followStart(report, variables !== undefined, end.signal)
  if (variables) every(extensionIntervalMs, () => report.extendStart(), end.signal)
  const { watchdogMs } = variables ?? {}
  if (watchdogMs !== undefined) {
    const interval = Math.min(watchdogMs / 2, longestAliveIntervalMs)
    every(interval, () => report.reportAlive(), end.signal)
  }
  let stopped: Promise<void> | undefined
  return {
    reloading: () => report.reloading(),
    stop() {
      end.abort()
      return (stopped ??= report.stopping())
    },
  }
}

/** Updates the report often until the agent is ready, and then as often as systemd's status needs it. */
function followStart(report: SupervisorReport, hasStatus: boolean, signal: AbortSignal): void {
  const started = new AbortController()
  const update = () => {
    report.update()
    if (!report.isReady || started.signal.aborted) return
    started.abort()
    if (hasStatus) every(statusIntervalMs, () => report.update(), signal)
  }
  every(startIntervalMs, update, AbortSignal.any([signal, started.signal]))
}

function every(ms: number, call: () => void, signal: AbortSignal): void {
  const timer = setInterval(call, ms)
  // The agent's own work keeps the process alive, and not its reports.
  timer.unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

function longestRoundMs({ reconcileMs, haproxy }: Configuration): number {
  return roundAllowanceMs + reconcileMs + haproxy.checkTimeoutMs + haproxy.verifyTimeoutMs
}
