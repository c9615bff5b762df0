import { oneLineStage } from '../engine/stages.js'
import { until } from '../until.js'
import { inspectionFiles, keepInspections, keepList, keepLogs } from './keep.js'
import type { Scene, Task } from './task.js'

/** Task 4: a template, and why writing its result at each event is wrong. */
export const task4: Task = {
  number: 4,
  title: 'Templates, and images in layers',
  purpose:
    'Each join writes one line from a template into tmp/haproxy.cfg. The last event is all that is left: an event is not the state.',
  steps: [
    {
      id: '1-ha-alone',
      title: 'Start ha alone',
      shows: 'The first line that is written tells of ha itself, which is no backend.',
      stage: oneLineStage,
      isFresh: true,
      files: ['haproxy.cfg', 'ps.txt', ...inspectionFiles(['ha'])],
      play: scene => startOne(scene, 'ha', []),
    },
    {
      id: '2-s1-joins',
      title: 'Start s1',
      shows: 'The file now tells of s1 only; ha is forgotten.',
      stage: oneLineStage,
      isFresh: false,
      files: ['haproxy.cfg', 'ps.txt', ...inspectionFiles(['s1'])],
      play: scene => startOne(scene, 's1', ['ha']),
    },
    {
      id: '3-s2-joins',
      title: 'Start s2',
      shows: 'The file tells of s2 only; s1 is forgotten, although it serves.',
      stage: oneLineStage,
      isFresh: false,
      files: ['haproxy.cfg', 'ps.txt', 'ha.log', ...inspectionFiles(['s2'])],
      play: scene => startOne(scene, 's2', ['ha', 's1']),
    },
    {
      id: '4-stop',
      title: 'Stop s2',
      shows: 'Nothing takes a line back: the file tells of a node that is not there.',
      stage: oneLineStage,
      isFresh: false,
      files: ['haproxy.cfg', 'ps.txt'],
      play: stale,
    },
    {
      id: '5-images',
      title: 'What the images are made of',
      shows: 'Most of what the two images hold is the same: a common base holds it once.',
      stage: oneLineStage,
      isFresh: false,
      files: ['images.txt'],
      play: scene => scene.keep('images.txt', () => scene.engine.images()),
    },
  ],
}

async function startOne(scene: Scene, node: string, forgotten: readonly string[]): Promise<void> {
  await scene.act(`starting ${node}`, () => scene.engine.start(node))
  const told = `Container ${node} has joined`
  const text = await scene.act(`until the file tells of ${node}`, () =>
    until(
      async () => {
        const text = await oneLine(scene)
        return text.includes(told) && text
      },
      { what: told, everyMs: 200, signal: scene.signal },
    ),
  )
  const lines = text.trim().split('\n')
  scene.check(`the file has one line, and it tells of ${node}`, lines.length === 1, text.trim())
  const missing = forgotten.filter(other => !text.includes(` ${other} `))
  if (forgotten.length > 0) {
    scene.check(
      `wrong, as it has to be: ${forgotten.join(' and ')} not in the file`,
      missing.length === forgotten.length,
    )
  }
  await scene.keep('haproxy.cfg', () => print(scene))
  await keepList(scene)
  await keepInspections(scene, [node])
  if (node === 's2') await keepLogs(scene, ['ha'])
}

async function stale(scene: Scene): Promise<void> {
  await scene.act('stopping s2', () => scene.engine.stop('s2'))
  // Who leaves soon after it joined is `failed` to those whom the word of its leave did not reach.
  const gone = async () =>
    /EventMember(?:Leave|Failed): s2 /.test((await scene.engine.logs('ha')).text)
  const isGone = await until(gone, {
    what: 'ha to hear of it',
    signal: scene.signal,
  })
  scene.check('ha knows that s2 is gone', isGone)
  const text = await oneLine(scene)
  scene.check(
    'wrong, as it has to be: the file still tells of s2',
    text.includes(' s2 '),
    text.trim(),
  )
  await scene.keep('haproxy.cfg', () => print(scene))
  await keepList(scene)
}

async function oneLine(scene: Scene): Promise<string> {
  return (await print(scene)).text
}

function print({ engine }: Scene) {
  return engine.exec('ha', ['sh', '-c', 'cat "$NODE_DIR/tmp/haproxy.cfg" 2>/dev/null || true'])
}
