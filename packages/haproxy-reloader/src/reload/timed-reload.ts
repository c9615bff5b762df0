import { problemFact, type TaskSteps } from '../queue/task-steps.js'
import type { CheckText } from './check-text.js'
import type { ReloadMethod } from './master-reload.js'

/** Returns a check that is a step of its task. */
export function timedCheck(check: CheckText, steps: TaskSteps): CheckText {
  return (text, options) =>
    steps.time(
      'check',
      () => check(text, options),
      result => problemFact(result.ok ? undefined : result.report),
    )
}

/** Returns a reload that is a step of its task. */
export function timedReload(reload: ReloadMethod, steps: TaskSteps): ReloadMethod {
  const timed: ReloadMethod = options =>
    steps.time(
      'reload',
      () => reload(options),
      ({ ok, report }) => problemFact(ok ? undefined : report),
    )
  return reload.processes ? Object.assign(timed, { processes: reload.processes }) : timed
}
