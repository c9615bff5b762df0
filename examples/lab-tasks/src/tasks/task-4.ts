import { oneLineStage, presentEngine, until } from 'serf-haproxy-lab'
import { measureRunVariants } from '../images/run-variants.js'
import { runVariantsText } from '../images/run-variants-text.js'
import { inspectionFiles, keepInspections, keepList, keepLogs } from './keep.js'
import type { StepContext, Task } from './task.js'

/** Task 4: a template, and why writing its result at each event is wrong. */
export const task4: Task = {
  number: 4,
  title: 'Templates, and images in layers',
  purpose:
    'Each join writes one line from a template into tmp/haproxy.cfg. The last event is all that is left: an event is not the state.',
  startNodes: ['ha'],
  steps: [
    {
      id: '1-ha-alone',
      title: 'Start ha alone',
      shows: 'The first line that is written tells of ha itself, which is no backend.',
      stage: oneLineStage,
      isFresh: true,
      files: ['haproxy.cfg', 'ps.txt', ...inspectionFiles(['ha'])],
      run: context => startOne(context, 'ha', []),
    },
    {
      id: '2-s1-joins',
      title: 'Start s1',
      shows: 'The file now tells of s1 only; ha is forgotten.',
      stage: oneLineStage,
      isFresh: false,
      files: ['haproxy.cfg', 'ps.txt', ...inspectionFiles(['s1'])],
      run: context => startOne(context, 's1', ['ha']),
    },
    {
      id: '3-s2-joins',
      title: 'Start s2',
      shows: 'The file tells of s2 only; s1 is forgotten, although it serves.',
      stage: oneLineStage,
      isFresh: false,
      files: ['haproxy.cfg', 'ps.txt', 'ha.log', ...inspectionFiles(['s2'])],
      run: context => startOne(context, 's2', ['ha', 's1']),
    },
    {
      id: '4-stop',
      title: 'Stop s2',
      shows: 'Nothing takes a line back: the file tells of a node that is not there.',
      stage: oneLineStage,
      isFresh: false,
      files: ['haproxy.cfg', 'ps.txt'],
      run: stale,
    },
    {
      id: '5-images',
      title: 'What the images are made of',
      shows:
        'Most of what the two images hold is the same: a common base holds it once. The same commands in one RUN and in several are built and compared.',
      stage: oneLineStage,
      isFresh: false,
      files: ['images.txt', 'run-variants.txt', 'run-variants.json'],
      run: images,
    },
  ],
}

async function startOne(
  context: StepContext,
  node: string,
  forgotten: readonly string[],
): Promise<void> {
  await context.act(`starting ${node}`, () => context.engine.start(node))
  const told = `Container ${node} has joined`
  const text = await context.act(`until the file tells of ${node}`, () =>
    until(
      told,
      async () => {
        const text = await oneLine(context)
        return text.includes(told) && text
      },
      { everyMs: 200, signal: context.signal },
    ),
  )
  const lines = text.trim().split('\n')
  context.check(`the file has one line, and it tells of ${node}`, lines.length === 1, text.trim())
  const missing = forgotten.filter(other => !text.includes(` ${other} `))
  if (forgotten.length > 0) {
    context.check(
      `wrong, as it has to be: ${forgotten.join(' and ')} not in the file`,
      missing.length === forgotten.length,
    )
  }
  await context.keep('haproxy.cfg', () => print(context))
  await keepList(context)
  await keepInspections(context, [node])
  if (node === 's2') await keepLogs(context, ['ha'])
}

async function stale(context: StepContext): Promise<void> {
  await context.act('stopping s2', () => context.engine.stop('s2'))
  // A member that leaves soon after it joined is `failed` to the members that the word of its leave did not reach.
  const gone = async () =>
    /EventMember(?:Leave|Failed): s2 /.test((await context.engine.logs('ha')).text)
  const isGone = await until('ha to hear of it', gone, { signal: context.signal })
  context.check('ha knows that s2 is gone', isGone)
  const text = await oneLine(context)
  context.check(
    'wrong, as it has to be: the file still tells of s2',
    text.includes(' s2 '),
    text.trim(),
  )
  await context.keep('haproxy.cfg', () => print(context))
  await keepList(context)
}

/** Number of builds of each variant of RUN after a change. */
const rebuilds = 3

async function images(context: StepContext): Promise<void> {
  await context.keep('images.txt', () => context.engine.images())
  const engine = await presentEngine()
  const measured = await context.act('building one RUN and several', () =>
    measureRunVariants({ engine, rebuilds, signal: context.signal }),
  )
  if (measured.variants) {
    const { many, one } = measured.variants
    context.check(
      'several RUN commands make more layers than one',
      many.layers > one.layers,
      `${many.layers} and ${one.layers}`,
    )
    context.check(
      'a file that a later RUN removes stays in the image of several',
      many.bytes > one.bytes,
      `${many.bytes} and ${one.bytes} bytes`,
    )
  }
  const command = `${engine.cli?.name ?? 'docker'} build --no-cache; ${engine.cli?.name ?? 'docker'} build`
  await context.keep('run-variants.txt', async () => ({ command, text: runVariantsText(measured) }))
  await context.keep('run-variants.json', async () => ({
    command,
    text: `${JSON.stringify(measured, null, 2)}\n`,
  }))
}

async function oneLine(context: StepContext): Promise<string> {
  return (await print(context)).text
}

function print({ engine }: StepContext) {
  return engine.exec('ha', ['sh', '-c', 'cat "$NODE_DIR/tmp/haproxy.cfg" 2>/dev/null || true'])
}
