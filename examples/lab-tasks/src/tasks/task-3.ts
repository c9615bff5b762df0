import { eventsStage, until } from 'serf-haproxy-lab'
import { keepList, keepLogs } from './keep.js'
import type { StepContext, Step, Task } from './task.js'

/** Task 3: the events of the cluster reach handlers on the load balancer. */
export const task3: Task = {
  number: 3,
  title: 'Member events reach their handlers',
  purpose:
    'Serf calls `serf-events handler` on ha for each event, a second after the change; each call leaves one line of JSON.',
  startNodes: ['ha'],
  steps: [
    step(
      '1-ha-alone',
      'Start ha alone',
      'Its own join is the first event.',
      true,
      ['ha.log', 'serf.log', 'ps.txt'],
      haAlone,
    ),
    step(
      '2-s1-joins',
      'Start s1',
      'One backend joins, one line is written.',
      false,
      ['ha.log', 's1.log', 'serf.log', 'ps.txt'],
      context => joins(context, 's1'),
    ),
    step(
      '3-s2-joins',
      'Start s2',
      'A second backend, a second line.',
      false,
      ['ha.log', 's1.log', 's2.log', 'serf.log', 'ps.txt'],
      context => joins(context, 's2', ['s1']),
    ),
    step(
      '4-departures',
      'Kill s2 and stop s1',
      'A crash is a failure, a stop is a leave: two kinds of event.',
      false,
      ['ha.log', 'serf.log', 'ps.txt'],
      departures,
    ),
  ],
}

function step(
  id: string,
  title: string,
  shows: string,
  isFresh: boolean,
  files: readonly string[],
  run: Step['run'],
): Step {
  return { id, title, shows, isFresh, files, run, stage: eventsStage }
}

async function haAlone(context: StepContext): Promise<void> {
  await context.act('starting ha', () => context.engine.start('ha'))
  await expectEvent(context, 'member-join', 'ha')
  await keep(context, ['ha'])
}

async function joins(
  context: StepContext,
  node: string,
  others: readonly string[] = [],
): Promise<void> {
  await context.act(`starting ${node}`, () => context.engine.start(node))
  await expectEvent(context, 'member-join', node)
  await keep(context, ['ha', ...others, node])
}

async function departures(context: StepContext): Promise<void> {
  // While s1 is there to agree that s2 does not answer; ha alone would have to wait longer.
  await context.act('killing s2', () => context.engine.kill('s2'))
  await expectEvent(context, 'member-failed', 's2')
  await context.act('stopping s1', () => context.engine.stop('s1'))
  await expectEvent(context, 'member-leave', 's1')
  await keep(context, ['ha'])
}

async function expectEvent(context: StepContext, type: string, member: string): Promise<void> {
  const found = async () =>
    (await handled(context)).some(
      event => event.event === type && event.members?.some(({ name }) => name === member),
    )
  const isThere = await context.act(`until the handler has ${type} of ${member}`, () =>
    until(type, found, { everyMs: 200, signal: context.signal }).catch(() => {
      context.signal.throwIfAborted()
      return false
    }),
  )
  context.check(`a handler was called with ${type} of ${member}`, isThere)
}

interface Handled {
  readonly event: string
  readonly members?: readonly { readonly name: string }[]
}

async function handled(context: StepContext): Promise<Handled[]> {
  const { text } = await serfLog(context)
  return text
    .trim()
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Handled)
}

function serfLog({ engine }: StepContext) {
  return engine.exec('ha', ['sh', '-c', 'cat "$NODE_DIR/serf.log" 2>/dev/null || true'])
}

async function keep(context: StepContext, nodes: readonly string[]): Promise<void> {
  await keepLogs(context, nodes)
  await context.keep('serf.log', () => serfLog(context))
  await keepList(context)
}
