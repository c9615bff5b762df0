import { eventsStage } from '../engine/stages.js'
import { until } from '../until.js'
import { keepList, keepLogs } from './keep.js'
import type { Scene, Step, Task } from './task.js'

/** Task 3: the events of the cluster reach handlers on the load balancer. */
export const task3: Task = {
  number: 3,
  title: 'Member events reach their handlers',
  purpose:
    'Serf calls `serf-events handler` on ha for each event, a second after the change; each call leaves one line of JSON.',
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
      scene => joins(scene, 's1'),
    ),
    step(
      '3-s2-joins',
      'Start s2',
      'A second backend, a second line.',
      false,
      ['ha.log', 's2.log', 'serf.log', 'ps.txt'],
      scene => joins(scene, 's2'),
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
  play: Step['play'],
): Step {
  return { id, title, shows, isFresh, files, play, stage: eventsStage }
}

async function haAlone(scene: Scene): Promise<void> {
  await scene.act('starting ha', () => scene.engine.start('ha'))
  await expectEvent(scene, 'member-join', 'ha')
  await keep(scene, ['ha'])
}

async function joins(scene: Scene, node: string): Promise<void> {
  await scene.act(`starting ${node}`, () => scene.engine.start(node))
  await expectEvent(scene, 'member-join', node)
  await keep(scene, ['ha', node])
}

async function departures(scene: Scene): Promise<void> {
  // While s1 is there to agree that s2 does not answer; ha alone would have to wait longer.
  await scene.act('killing s2', () => scene.engine.kill('s2'))
  await expectEvent(scene, 'member-failed', 's2')
  await scene.act('stopping s1', () => scene.engine.stop('s1'))
  await expectEvent(scene, 'member-leave', 's1')
  await keep(scene, ['ha'])
}

async function expectEvent(scene: Scene, type: string, member: string): Promise<void> {
  const found = async () =>
    (await handled(scene)).some(
      event => event.event === type && event.members?.some(({ name }) => name === member),
    )
  const isThere = await scene.act(`until the handler has ${type} of ${member}`, () =>
    until(found, {
      what: type,
      everyMs: 200,
      signal: scene.signal,
    }).catch(() => {
      scene.signal.throwIfAborted()
      return false
    }),
  )
  scene.check(`a handler was called with ${type} of ${member}`, isThere)
}

interface Handled {
  readonly event: string
  readonly members?: readonly { readonly name: string }[]
}

async function handled(scene: Scene): Promise<Handled[]> {
  const { text } = await serfLog(scene)
  return text
    .trim()
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Handled)
}

function serfLog({ engine }: Scene) {
  return engine.exec('ha', ['sh', '-c', 'cat "$NODE_DIR/serf.log" 2>/dev/null || true'])
}

async function keep(scene: Scene, nodes: readonly string[]): Promise<void> {
  await keepLogs(scene, nodes)
  await scene.keep('serf.log', () => serfLog(scene))
  await keepList(scene)
}
