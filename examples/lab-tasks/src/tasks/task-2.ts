import { membershipStage, throughBalancerStage, until } from 'serf-haproxy-lab'
import { keepList, keepLogs, logFiles, memberEvents } from './keep.js'
import type { StepContext, Task } from './task.js'

const nodes = ['ha', 's1', 's2']

/** Task 2: a cluster of Serf agents; the load balancer does not use it yet. */
export const task2: Task = {
  number: 2,
  title: 'Membership with Serf',
  purpose:
    'Every node learns of every other, whoever starts first. What is to handle the events is not there yet, so Serf logs that it cannot run it.',
  startNodes: ['ha', 's1', 's2'],
  steps: [
    {
      id: '1-ha-first',
      title: 'Start ha first, then s1 and s2',
      shows: 'Each agent tells of the two others; the missing handlers end with exit status 127.',
      stage: membershipStage,
      isFresh: true,
      files: [...logFiles(nodes), 'members.txt', 'ps.txt'],
      run: context => startInOrder(context, [['ha'], ['s1', 's2']]),
    },
    {
      id: '2-gossip',
      title: 'Stop ha, start s3, kill s2',
      shows: 'Gossip needs no master: without ha, s3 joins through s1, and s2 is found dead.',
      stage: membershipStage,
      isFresh: false,
      files: ['s1.log', 's3.log', 'members-before.txt', 'members-after.txt', 'ps.txt'],
      run: gossip,
    },
    {
      id: '3-ha-last',
      title: 'Start s1 and s2 first, then ha',
      shows: 'With any member as a way in, the order of the start does not matter.',
      stage: membershipStage,
      isFresh: true,
      files: [...logFiles(nodes), 'members.txt', 'ps.txt'],
      run: context => startInOrder(context, [['s1', 's2'], ['ha']]),
    },
    {
      id: '4-through-ha-only',
      title: 'The same order, where ha is the only way in',
      shows:
        'Without ha no agent can start: it ends and is started again, once a second, until ha is there.',
      stage: throughBalancerStage,
      isFresh: true,
      files: ['s1.log', 'ha.log', 'members.txt'],
      run: throughHaOnly,
    },
  ],
}

async function startInOrder(
  context: StepContext,
  order: readonly (readonly string[])[],
): Promise<void> {
  const { engine } = context
  for (const group of order) {
    await context.act(`starting ${group.join(' and ')}`, () =>
      Promise.all(group.map(node => engine.start(node))),
    )
  }
  const wanted = 'ha alive, s1 alive, s2 alive'
  const found = await context.act('until all three know each other', () =>
    settled(context, 'ha', wanted),
  )
  context.check('ha knows all three members', found === wanted, found)
  for (const node of nodes) {
    const others = nodes.filter(other => other !== node)
    const told = async () => {
      const events = await memberEvents(context, node)
      return others.every(other => events.includes(`EventMemberJoin: ${other}`))
    }
    context.check(
      `${node} logs that ${others.join(' and ')} have joined`,
      await isSoon(context, told),
    )
  }
  const failed = async () => (await engine.logs('ha')).text.includes('exit status 127')
  context.check(
    'ha logs exit status 127: the handlers are not there',
    await isSoon(context, failed),
  )
  await keepLogs(context, nodes)
  await context.keep('members.txt', () => members(context, 'ha'))
  await keepList(context)
}

async function gossip(context: StepContext): Promise<void> {
  const { engine } = context
  await context.keep('members-before.txt', () => members(context, 's1'))
  await context.act('stopping ha', () => engine.stop('ha'))
  await context.act('starting s3', () => engine.start('s3'))
  const joined = await context.act('until s1 knows s3', () =>
    settled(context, 's1', 'ha left, s1 alive, s2 alive, s3 alive'),
  )
  context.check('s3 joined although ha is away', joined.includes('s3 alive'), joined)
  const startedAt = performance.now()
  await context.act('killing s2, until s1 knows that it failed', async () => {
    await engine.kill('s2')
    await settled(context, 's1', 'ha left, s1 alive, s2 failed, s3 alive')
  })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const found = await statuses(context, 's1')
  context.check(
    's1 learns by gossip that s2 failed',
    found.includes('s2 failed'),
    `after ${seconds} s`,
  )
  await keepLogs(context, ['s1', 's3'])
  await context.keep('members-after.txt', () => members(context, 's1'))
  await keepList(context)
}

async function throughHaOnly(context: StepContext): Promise<void> {
  const { engine } = context
  // A wait for s1 would not end: it is ready only after ha.
  const starting = engine.start('s1')
  starting.catch(() => {})
  const deaths = await context.act('starting s1 alone, until its agent has ended twice', () =>
    until(
      'the agent of s1 to fail',
      async () => {
        const text = await engine.logs('s1').then(
          ({ text }) => text,
          () => '',
        )
        const count = text
          .split('\n')
          .filter(
            line =>
              /Failed to join|no such host|connection refused/.test(line) && line.includes('serf'),
          ).length
        return count >= 2 ? count : undefined
      },
      { signal: context.signal },
    ),
  )
  context.check(
    'the agent of s1 ends again and again while ha is away',
    deaths >= 2,
    `${deaths} lines`,
  )
  await context.act('starting ha', async () => {
    await engine.start('ha')
    await starting
  })
  const found = await context.act('until ha knows s1', () =>
    settled(context, 'ha', 'ha alive, s1 alive'),
  )
  context.check('with ha there, s1 joins', found === 'ha alive, s1 alive', found)
  await keepLogs(context, ['s1', 'ha'])
  await context.keep('members.txt', () => members(context, 'ha'))
}

/** The members as an agent knows them, once it is these; as they are, where it does not come to that. */
async function settled(context: StepContext, node: string, wanted: string): Promise<string> {
  await isSoon(context, async () => (await statuses(context, node)) === wanted)
  return statuses(context, node)
}

async function isSoon(context: StepContext, holds: () => Promise<boolean>): Promise<boolean> {
  const waiting = { what: 'it', everyMs: 200, signal: context.signal }
  return until(waiting.what, holds, waiting).catch(() => {
    context.signal.throwIfAborted()
    return false
  })
}

async function statuses(context: StepContext, node: string): Promise<string> {
  const { text } = await members(context, node)
  const rows = text
    .trim()
    .split('\n')
    .map(line => line.split(/\s+/))
  return rows
    .map(([name, , status]) => `${name} ${status}`)
    .toSorted()
    .join(', ')
}

/** `serf members` on a node. */
function members({ engine }: StepContext, node: string) {
  const command =
    'SERF_RPC_AUTH="$(cat "$SERF_RPC_KEY_FILE")" serf members -rpc-addr "$SERF_RPC_ADDR"'
  return engine.exec(node, ['sh', '-c', command])
}
