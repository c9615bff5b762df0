import { isGood, startTraffic, staticStage, thirdByHandStage, until } from 'serf-haproxy-lab'
import { askOften } from './ask-often.js'
import { allFiles, keepAll, keepConfiguration, keepList, keepLogs } from './keep.js'
import type { StepContext, Task } from './task.js'

const nodes = ['ha', 's1', 's2']

/** Task 0: the static system, and what it cannot do. */
export const task0: Task = {
  number: 0,
  title: 'The static configuration, and its limits',
  purpose:
    'A load balancer with two servers written in its file. It balances; whatever changes needs a person.',
  startNodes: ['s1', 's2', 'ha'],
  steps: [
    {
      id: '1-start',
      title: 'Start s1, s2 and the load balancer',
      shows: 'Both web applications are on the statistics page, and answer in turn.',
      stage: staticStage,
      isFresh: true,
      files: ['stats.png', ...allFiles(nodes)],
      run: start,
    },
    {
      id: '2-third-node',
      title: 'Start a third web application',
      shows: 'The load balancer is not informed: the node runs, and gets no request.',
      stage: staticStage,
      isFresh: false,
      files: ['stats-after.png', 'ps.txt', 's3.log'],
      run: thirdNode,
    },
    {
      id: '3-by-hand',
      title: 'Add the third server by hand, and restart the load balancer',
      shows:
        'The file has to be edited and the load balancer started anew: requests fail meanwhile.',
      stage: staticStage,
      isFresh: false,
      files: ['stats-before.png', 'stats-after.png', 'haproxy.cfg', 'restart.json', 'ha.log'],
      run: byHand,
    },
    {
      id: '4-crash',
      title: 'Kill the only process of s1',
      shows:
        'The node ends with its process. HAProxy takes it out after a while; nothing replaces it.',
      stage: staticStage,
      isFresh: false,
      files: ['stats-before.png', 'stats-after.png', 'ps.txt', 'crash.json', 's1.log'],
      run: crash,
    },
  ],
}

async function start(context: StepContext): Promise<void> {
  const { engine } = context
  await context.act('starting s1, s2 and ha', async () => {
    await Promise.all([engine.start('s1'), engine.start('s2')])
    await engine.start('ha')
  })
  const { answered, failed } = await askOften(engine, 20)
  context.check(
    's1 and s2 both answer, and no request fails',
    answered.join() === 's1,s2' && failed === 0,
    answered.join(),
  )
  const { facts } = await engine.inspect('s1')
  context.check(
    'the first process of s1 is the application itself',
    facts.program === 'node',
    facts.program,
  )
  await context.picture('stats.png', { s1: 'UP', s2: 'UP' })
  await keepAll(context, nodes)
}

async function thirdNode(context: StepContext): Promise<void> {
  const { engine } = context
  await context.act('starting s3', () => engine.start('s3'))
  const { answered } = await askOften(engine, 20)
  context.check('s3 gets no request', !answered.includes('s3'), answered.join())
  await context.picture('stats-after.png', { s1: 'UP', s2: 'UP' })
  await keepList(context)
  await keepLogs(context, ['s3'])
}

async function byHand(context: StepContext): Promise<void> {
  const { engine } = context
  await context.picture('stats-before.png', { s1: 'UP', s2: 'UP' })
  const { traffic: target } = await engine.endpoints()
  const traffic = startTraffic(target)
  await context.act('adding s3 to haproxy.cfg, restarting ha', async () => {
    await engine.stop('ha')
    await context.engineAt(thirdByHandStage).start('ha')
  })
  const answers = await traffic.stop()
  const failed = answers.filter(answer => !isGood(answer)).length
  context.check(
    'requests fail while the load balancer is away',
    failed > 0,
    `${failed} of ${answers.length}`,
  )
  const { answered } = await askOften(engine, 24)
  context.check('s3 now answers too', answered.join() === 's1,s2,s3', answered.join())
  await context.picture('stats-after.png', { s1: 'UP', s2: 'UP', s3: 'UP' })
  await keepConfiguration(context)
  await context.keep('restart.json', async () => json({ requests: answers.length, failed }))
  await keepLogs(context, ['ha'])
}

async function crash(context: StepContext): Promise<void> {
  const { engine } = context
  await context.picture('stats-before.png', { s1: 'UP', s2: 'UP', s3: 'UP' })
  const { traffic: target } = await engine.endpoints()
  const traffic = startTraffic(target)
  const startedAt = performance.now()
  await context.act('killing the process of s1, until HAProxy has noticed', async () => {
    await engine.kill('s1')
    await until('HAProxy to find s1 down', async () => isDown(await context.lab.servers()), {
      signal: context.signal,
    })
  })
  const noticedMs = Math.round(performance.now() - startedAt)
  const answers = await traffic.stop()
  const failed = answers.filter(answer => !isGood(answer)).length
  const { facts } = await engine.inspect('s1')
  context.check('the node has ended with its process', facts.state === 'exited', facts.state)
  context.check('it has not been started again', !(await engine.nodes()).has('s1'))
  await context.picture('stats-after.png', { s1: 'DOWN', s2: 'UP', s3: 'UP' })
  await keepList(context)
  await context.keep('crash.json', async () =>
    json({ noticedMs, requests: answers.length, failed }),
  )
  await keepLogs(context, ['s1'])
}

function isDown(servers: readonly { name: string; health: string }[]): boolean {
  return servers.some(({ name, health }) => name === 's1' && health === 'down')
}

function json(facts: object) {
  return { command: 'npm run lab -- task 0', text: `${JSON.stringify(facts, null, 2)}\n` }
}
