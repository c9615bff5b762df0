import { supervisedStage, until } from 'serf-haproxy-lab'
import { askOften } from './ask-often.js'
import { allFiles, inspectionFiles, keepAll, keepInspections, keepList, keepLogs } from './keep.js'
import type { StepContext, Task } from './task.js'

const nodes = ['ha', 's1', 's2']

/** Task 1: the same system, with a supervisor as the first process of each node. */
export const task1: Task = {
  number: 1,
  title: 'A supervisor as the first process',
  purpose:
    'The system behaves as before; what ends is started again in the node where it ran, and a node can now run more than one process.',
  startNodes: ['s1', 's2', 'ha'],
  steps: [
    {
      id: '1-start',
      title: 'Start the same three nodes under s6',
      shows: 's6-svscan is PID 1 of each node; traffic is as it was.',
      stage: supervisedStage,
      isFresh: true,
      files: ['stats.png', ...allFiles(nodes)],
      run: start,
    },
    {
      id: '2-kill-webapp',
      title: 'Kill the web application of s1',
      shows: 'It comes back under the same supervisor: the node did not end.',
      stage: supervisedStage,
      isFresh: false,
      files: [
        'stats-before.png',
        'stats-after.png',
        's1.log',
        'ps.txt',
        ...inspectionFiles(['s1']),
      ],
      run: context => killService(context, 's1', 'webapp'),
    },
    {
      id: '3-kill-haproxy',
      title: 'Kill HAProxy itself',
      shows: 'So does the load balancer, with the configuration that it had.',
      stage: supervisedStage,
      isFresh: false,
      files: [
        'stats-before.png',
        'stats-after.png',
        'ha.log',
        'ps.txt',
        ...inspectionFiles(['ha']),
      ],
      run: context => killService(context, 'ha', 'haproxy'),
    },
  ],
}

async function start(context: StepContext): Promise<void> {
  const { engine } = context
  await context.act('starting s1, s2 and ha', async () => {
    await Promise.all([engine.start('s1'), engine.start('s2')])
    await engine.start('ha')
  })
  for (const node of nodes) {
    const { facts } = await engine.inspect(node)
    context.check(`PID 1 of ${node} is s6-svscan`, facts.program === 's6-svscan', facts.program)
  }
  const { answered, failed } = await askOften(engine, 20)
  context.check(
    's1 and s2 answer as before',
    answered.join() === 's1,s2' && failed === 0,
    answered.join(),
  )
  await context.picture('stats.png', { s1: 'UP', s2: 'UP' })
  await keepAll(context, nodes)
}

async function killService(context: StepContext, node: string, service: string): Promise<void> {
  const { engine } = context
  await context.picture('stats-before.png', { s1: 'UP', s2: 'UP' })
  const supervisor = (await engine.inspect(node)).facts.pid
  const before = await pidOf(context, node, service)
  const after = await context.act(`killing ${service} of ${node}, until it is back`, async () => {
    await engine.exec(node, ['sh', '-c', `kill -KILL ${before}`])
    return until(
      `${service} to be back`,
      async () => {
        const pid = await pidOf(context, node, service)
        return pid > 0 && pid !== before && (await isAnswered(context)) ? pid : undefined
      },
      { signal: context.signal },
    )
  })
  context.check(
    `${service} runs again, as another process`,
    after !== before,
    `${before} → ${after}`,
  )
  const { pid } = (await engine.inspect(node)).facts
  context.check('its supervisor is the same process as before', pid === supervisor, `${pid}`)
  await context.picture('stats-after.png', { s1: 'UP', s2: 'UP' })
  await keepLogs(context, [node])
  await keepList(context)
  await keepInspections(context, [node])
}

async function isAnswered(context: StepContext): Promise<boolean> {
  const { answered } = await askOften(context.engine, 8)
  return answered.join() === 's1,s2'
}

/** The process number of a service, by its supervisor's word; -1 while there is none. */
async function pidOf({ engine }: StepContext, node: string, service: string): Promise<number> {
  const { text } = await engine.exec(node, ['sh', '-c', `s6-svstat -o pid "$SCAN_DIR/${service}"`])
  return Number(text.trim())
}
