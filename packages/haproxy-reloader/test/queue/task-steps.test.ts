import t from 'tap'
import type { Outcome } from '../../src/index.js'
import type { TaskReport } from '../../src/queue/task-report.js'
import { problemFact, TaskSteps } from '../../src/queue/task-steps.js'

const outcome: Outcome = { kind: 'deferred', cause: 'away' }

function reportedSteps() {
  const reports: TaskReport[] = []
  const task = { isReadBack: false, onReport: (report: TaskReport) => void reports.push(report) }
  return { steps: new TaskSteps(), reports, task }
}

t.test('steps are those of the task that runs', async t => {
  const { steps, reports, task } = reportedSteps()
  const step = () => steps.time('lists', async () => undefined, problemFact)
  await steps.report(task, async () => {
    await step()
    return { outcome }
  })
  await step()
  await steps.report({ ...task, isReadBack: true }, async () => ({ outcome }))
  t.match(reports, [
    { isReadBack: false, outcome, steps: [{ kind: 'lists' }] },
    { isReadBack: true, outcome, steps: { length: 0 } },
  ])
})

t.test('a step that throws has its problem, and the run has the error', async t => {
  const { steps, reports, task } = reportedSteps()
  const error = new Error('no answer')
  const run = steps.report(task, () =>
    steps.time(
      'batch',
      () => Promise.reject(error),
      () => ({}),
    ),
  )
  await t.rejects(run, error)
  t.match(reports, [{ error, steps: [{ kind: 'batch', problem: 'no answer' }] }])
  t.equal(reports[0]?.outcome, undefined)
})

t.test('nothing is measured for a task without a receiver of reports', async t => {
  const steps = new TaskSteps()
  const facts = () => t.fail('expected no call')
  const run = async () => ({
    outcome: await steps.time('check', async () => outcome, facts as never),
  })
  t.same(await steps.report({ isReadBack: false }, run), { outcome })
})
