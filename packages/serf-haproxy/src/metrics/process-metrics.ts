import type { MetricFamily } from './exposition.js'
import { counter } from './metric-family.js'

/** Resources that the process uses. */
export interface ProcessUse {
  readonly residentBytes: number
  /** Bytes of JavaScript objects. */
  readonly heapBytes: number
  readonly cpuSeconds: number
  /** Time for which the event loop was busy. */
  readonly loopSeconds: number
  /** Start of the process, in seconds since the epoch. */
  readonly startedAtSeconds: number
}

/** Measures the resources of this process. */
export function processUse(): ProcessUse {
  const { user, system } = process.cpuUsage()
  return {
    residentBytes: process.memoryUsage.rss(),
    heapBytes: process.memoryUsage().heapUsed,
    cpuSeconds: (user + system) / 1e6,
    loopSeconds: performance.eventLoopUtilization().active / 1000,
    startedAtSeconds: performance.timeOrigin / 1000,
  }
}

/** Returns the resources as metrics, with Prometheus' own names where it has them. */
export function processMetrics(use: ProcessUse): readonly MetricFamily[] {
  return [
    gauge('resident_memory_bytes', 'Resident memory of the agent.', use.residentBytes),
    gauge('heap_bytes', 'JavaScript objects of the agent.', use.heapBytes),
    gauge('start_time_seconds', 'Start time of the agent’s process.', use.startedAtSeconds),
    {
      name: 'process_cpu_seconds_total',
      help: 'Processor time of the agent.',
      type: 'counter',
      samples: [{ value: use.cpuSeconds }],
    },
    counter(
      'event_loop_active_seconds',
      'Time for which the event loop was busy: near 1 second a second it answers late.',
      use.loopSeconds,
    ),
  ]
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name: `process_${name}`, help, type: 'gauge', samples: [{ value }] }
}
