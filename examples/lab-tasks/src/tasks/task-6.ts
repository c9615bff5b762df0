import { appliedStage, pool, type Printed, tourStep } from 'serf-haproxy-lab'
import { observeChange, type Timeline } from '../evidence/observe-change.js'
import { askOften } from './ask-often.js'
import { clearCounters, connectionErrors } from './clear-counters.js'
import { inspectionFiles, keepConfiguration, keepInspections, keepList, keepLogs } from './keep.js'
import type { StepContext, Step, Task } from './task.js'

/** Task 6: the load balancer follows by itself. */
export const task6: Task = {
  number: 6,
  title: 'The load balancer follows by itself',
  purpose:
    'The agent applies each change to the running HAProxy: 2 → 5 → 4 → 0 → 1 web applications under load, each change checked, pictured and timed.',
  startNodes: ['ha', 's1', 's2'],
  steps: [
    scaleStep('1-two', 0, 2, true),
    scaleStep('2-five', 2, 5),
    scaleStep('3-four', 5, 4),
    scaleStep('4-none', 4, 0),
    scaleStep('5-one', 0, 1),
    {
      id: '6-crash',
      title: 'Start s2 again, then cut its power',
      shows: 'A crash under load: HAProxy takes the node out, and retries what it had.',
      stage: appliedStage,
      isFresh: false,
      files: [
        'stats-before.png',
        'stats-after.png',
        'timeline.json',
        'haproxy.cfg',
        'ps.txt',
        'ha.log',
      ],
      run: crash,
    },
  ],
}

function scaleStep(id: string, from: number, to: number, isFresh = false): Step {
  const nodes = ['ha', ...(to >= 1 ? ['s1'] : []), ...(to >= 2 ? ['s2'] : [])]
  return {
    id,
    title: isFresh ? `Start with ${to} web applications` : `Scale from ${from} to ${to}`,
    shows:
      to === 0
        ? 'Without a web application HAProxy answers 503 at once, and waits for the next one.'
        : 'HAProxy serves exactly the web applications that there are, and no request fails meanwhile.',
    stage: appliedStage,
    isFresh,
    files: [
      ...(isFresh ? [] : ['stats-before.png']),
      'stats-after.png',
      'haproxy.cfg',
      'ps.txt',
      'timeline.json',
      'step.json',
      ...nodes.map(node => `${node}.log`),
      ...(isFresh ? inspectionFiles(nodes) : []),
    ],
    run: context => scale(context, { from, to, isFresh, nodes }),
  }
}

interface Scaling {
  readonly from: number
  readonly to: number
  readonly isFresh: boolean
  readonly nodes: readonly string[]
}

async function scale(context: StepContext, { from, to, isFresh, nodes }: Scaling): Promise<void> {
  const { engine, lab } = context
  if (isFresh) await context.act('starting ha', () => engine.start('ha'))
  else await context.picture('stats-before.png', up(from))
  const more = named(to).filter(node => !named(from).includes(node))
  const less = named(from).filter(node => !named(to).includes(node))
  let timeline: Timeline | undefined
  const step = await context.act(`scaling to ${to} under load`, () =>
    tourStep(
      engine,
      lab,
      async () => {
        let change: Awaited<ReturnType<typeof lab.scale>> | undefined
        const watched = { started: more, stopped: less, isFollowed: true }
        timeline = await observeChange(engine, lab, watched, async () => {
          change = await lab.scale(to)
        })
        if (!change) throw new Error('the change was not made')
        return change
      },
      to,
    ),
  )
  for (const fault of step.faults) context.check('the step of the tour holds', false, fault)
  context.check(
    `exactly ${to} web applications answer, ${step.failed} of ${step.requests} requests failed`,
    step.answered.length === to && step.failed === 0,
    step.answered.join() || 'no node',
  )
  if (to > 0 && (isFresh || from === 0)) await countAnew(context)
  await context.picture('stats-after.png', up(to))
  await context.keep('step.json', async () => json(step))
  await context.keep('timeline.json', async () => json(timeline ?? {}))
  await keepConfiguration(context)
  await keepList(context)
  await keepLogs(context, nodes)
  if (isFresh) await keepInspections(context, nodes)
}

/** Requests after the counters are cleared, so that the picture has some. */
const countedRequests = 20

/**
 * Clears the errors that HAProxy counted while it had no server, and sends
 * requests that it counts instead.
 */
async function countAnew(context: StepContext): Promise<void> {
  await context.act('clearing the counters', () => clearCounters(context.engine))
  await askOften(context.engine, countedRequests)
  const errors = await connectionErrors(context.engine, pool)
  context.check(
    `${countedRequests} requests later the page counts no connection error`,
    errors === 0,
    String(errors),
  )
}

async function crash(context: StepContext): Promise<void> {
  const { engine, lab } = context
  await context.act('starting s2', () => lab.start('s2'))
  await context.picture('stats-before.png', up(2))
  const timeline = await context.act('killing s2 under load', () =>
    observeChange(engine, lab, { stopped: ['s2'], isFollowed: true, restMs: 1000 }, () =>
      lab.kill('s2'),
    ),
  )
  context.check(
    'no GET request fails',
    timeline.failed === 0,
    `${timeline.failed} of ${timeline.requests}`,
  )
  const [{ appliedMs = Infinity, eventMs = Infinity } = {}] = timeline.nodes
  context.check(
    'HAProxy takes s2 out by its own check, before Serf gives it up',
    appliedMs < eventMs,
    `after ${appliedMs} ms; Serf ${eventMs === Infinity ? 'has not yet' : `after ${eventMs} ms`}`,
  )
  // Out of use at once; on the list until Serf, too, has given it up.
  await context.picture('stats-after.png', { s1: 'UP', s2: 'DOWN' })
  await context.keep('timeline.json', async () => json(timeline))
  await keepConfiguration(context)
  await keepList(context)
  await keepLogs(context, ['ha'])
}

function named(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `s${i + 1}`)
}

function up(count: number): Record<string, string> {
  return Object.fromEntries(named(count).map(node => [node, 'UP']))
}

function json(facts: object): Printed {
  return { command: 'npm run lab -- task 6', text: `${JSON.stringify(facts, null, 2)}\n` }
}
