import { GenerationLog } from './generations/generation-log.js'
import { createPortCheck } from './ports/port-check.js'
import { TaskSteps } from './queue/task-steps.js'
import { ApplyQueue } from './reconcile/apply-queue.js'
import { Reconciliation } from './reconcile/reconciliation.js'
import { createStatisticsRecorder } from './reconcile/statistics.js'
import { createCheck } from './reload/check-text.js'
import { createReloadLimiter } from './reload/reload-limiter.js'
import { createStructuralChange } from './reload/structural-change.js'
import { timedCheck, timedReload } from './reload/timed-reload.js'
import type { ReloaderOptions } from './reloader-options.js'
import { createConfigurationFile } from './running/configuration-file.js'
import { createDrainClock } from './running/drain-clock.js'
import { createPacedFile } from './running/paced-file.js'
import { createServerStateFile } from './running/server-state-file.js'

/** Creates the parts of a reloader, with the defaults of its options. */
export function createParts(options: ReloaderOptions) {
  const { configFile, runtime, checkSettings } = options
  const steps = new TaskSteps()
  const reload = timedReload(options.reload, steps)
  const { check = createCheck({ configFile, runtime, ...checkSettings }) } = options
  const { probe, probeTimeoutMs = 2000 } = options
  const ports = createPortCheck({ runtime, env: checkSettings?.env })
  const { verifyTimeoutMs = 5000, reloadIntervalMs = 1000, maxOldWorkers = 16 } = options
  const file = createPacedFile(createConfigurationFile(configFile, options.fileOwnership))
  const states = createServerStateFile()
  const generations = new GenerationLog(options.generations)
  const statistics = createStatisticsRecorder()
  const settings = probe && { probe, timeoutMs: probeTimeoutMs }
  const parts = { file, states, runtime, reload, verifyTimeoutMs, ports, steps, probe: settings }
  const reconciliation = new Reconciliation({
    file,
    runtime,
    states,
    structural: createStructuralChange({ ...parts, check: timedCheck(check, steps) }),
    clock: createDrainClock(options.drainDeadlineMs ?? 30_000),
    generations,
    reloadLimiter: createReloadLimiter({
      reload,
      reloadIntervalMs,
      maxOldWorkers,
      onOldWorkers: statistics.oldWorkers,
    }),
    statistics,
    steps,
    processes: reload.processes,
  })
  return {
    generations,
    statistics,
    file,
    ports,
    reconciliation,
    queue: new ApplyQueue({ reconciliation, generations, statistics, file, steps }),
  }
}
