import { generatedStage, until } from 'serf-haproxy-lab'
import { askOften } from './ask-often.js'
import {
  inspectionFiles,
  keepAll,
  keepConfiguration,
  keepInspections,
  keepList,
  keepLogs,
  logFiles,
} from './keep.js'
import type { StepContext, Task } from './task.js'

/** Task 5: the configuration follows the members; HAProxy does not know yet. */
export const task5: Task = {
  number: 5,
  title: 'A configuration generated at each change',
  purpose:
    'At each event the whole haproxy.cfg is made again from the members, and `nodes` is a view of them. HAProxy is not informed: it still runs the first one.',
  startNodes: ['ha'],
  steps: [
    {
      id: '1-ha-alone',
      title: 'Start ha alone',
      shows: 'The generated configuration has an empty pool; so has the folder of nodes.',
      stage: generatedStage,
      isFresh: true,
      files: [
        'haproxy.cfg',
        'nodes.txt',
        'stats.png',
        'ps.txt',
        'ha.log',
        ...inspectionFiles(['ha']),
      ],
      run: haAlone,
    },
    {
      id: '2-s1-joins',
      title: 'Start s1',
      shows: 'One server in the file, one file among the nodes.',
      stage: generatedStage,
      isFresh: false,
      files: [
        'haproxy.cfg',
        'nodes-before.txt',
        'nodes-after.txt',
        'ps.txt',
        ...inspectionFiles(['s1']),
      ],
      run: context => joins(context, 's1', ['s1']),
    },
    {
      id: '3-s2-joins',
      title: 'Start s2',
      shows:
        'Both are there: no member is forgotten, because the handler reads the members, not the event.',
      stage: generatedStage,
      isFresh: false,
      files: [
        'haproxy.cfg',
        'nodes-before.txt',
        'nodes-after.txt',
        'stats.png',
        'ps.txt',
        ...logFiles(['ha', 's1', 's2']),
        ...inspectionFiles(['s2']),
      ],
      run: s2Joins,
    },
    {
      id: '4-s1-stops',
      title: 'Stop s1',
      shows: 'Its server and its file are gone.',
      stage: generatedStage,
      isFresh: false,
      files: ['haproxy.cfg', 'nodes-before.txt', 'nodes-after.txt', 'ps.txt', 'ha.log'],
      run: s1Stops,
    },
  ],
}

async function haAlone(context: StepContext): Promise<void> {
  await context.act('starting ha', () => context.engine.start('ha'))
  const found = await context.act('until the handler has run', () => generated(context, []))
  context.check('the generated pool is empty', found === '', found)
  await context.picture('stats.png', {})
  await context.keep('nodes.txt', () => nodesFolder(context))
  await keepAll(context, ['ha'])
}

async function joins(context: StepContext, node: string, wanted: readonly string[]): Promise<void> {
  await context.keep('nodes-before.txt', () => nodesFolder(context))
  await context.act(`starting ${node}`, () => context.engine.start(node))
  await expectServers(context, wanted)
  await context.keep('nodes-after.txt', () => nodesFolder(context))
  await keepConfiguration(context)
  await keepList(context)
  await keepInspections(context, [node])
}

async function s2Joins(context: StepContext): Promise<void> {
  await joins(context, 's2', ['s1', 's2'])
  const { answers } = await askOften(context.engine, 4)
  const statuses = [...new Set(answers.map(({ status }) => status))].join()
  context.check('HAProxy is not informed: it answers 503', statuses === '503', statuses)
  await context.picture('stats.png', {})
  await keepLogs(context, ['ha', 's1', 's2'])
}

async function s1Stops(context: StepContext): Promise<void> {
  await context.keep('nodes-before.txt', () => nodesFolder(context))
  await context.act('stopping s1', () => context.engine.stop('s1'))
  await expectServers(context, ['s2'])
  await context.keep('nodes-after.txt', () => nodesFolder(context))
  await keepConfiguration(context)
  await keepList(context)
  await keepLogs(context, ['ha'])
}

async function expectServers(context: StepContext, wanted: readonly string[]): Promise<void> {
  const found = await context.act(`until the file has ${wanted.join(' and ')}`, () =>
    generated(context, wanted),
  )
  context.check(`haproxy.cfg has exactly ${wanted.join(' and ')}`, found === wanted.join(), found)
  const { text } = await nodesFolder(context)
  const listed = [...text.matchAll(/^==> (\S+) <==$/gm)].map(([, name]) => name).join()
  context.check(
    `the folder of nodes has exactly ${wanted.join(' and ')}`,
    listed === wanted.join(),
    listed,
  )
  // Its exit code counts: what it prints differs from release to release.
  const script = 'haproxy -c -f "$HAPROXY_CFG" && echo accepted'
  const verdict = await context.engine.exec('ha', ['sh', '-c', script])
  context.check('HAProxy accepts the file', verdict.text.includes('accepted'), verdict.text.trim())
}

/**
 * The generated servers, once they are these and the folder of nodes has the
 * same; as they are, where it does not come to that. The two are made one
 * after the other, so a member may come in between: the next event tells.
 */
async function generated(context: StepContext, wanted: readonly string[]): Promise<string> {
  let found = ''
  const isThere = async () => {
    const { text } = await context.engine.exec('ha', [
      'sh',
      '-c',
      'cat "$HAPROXY_CFG"; ls -1 "$NODE_DIR/nodes" | sed "s/^/node /"',
    ])
    found = [...text.matchAll(/^ {2}server (\S+)/gm)].map(([, name]) => name).join()
    const listed = [...text.matchAll(/^node (\S+)$/gm)].map(([, name]) => name).join()
    const isFolder = !text.includes('cannot access')
    return isFolder && found === wanted.join() && listed === wanted.join()
  }
  const waiting = { what: 'it', everyMs: 200, signal: context.signal }
  await until(waiting.what, isThere, waiting).catch(() => context.signal.throwIfAborted())
  return found
}

/** The folder `nodes`: its listing, and what each file says; the handler may just take one away. */
function nodesFolder({ engine }: StepContext) {
  const script =
    'cd "$NODE_DIR"; ls -l nodes || true; for file in nodes/*; do [ ! -f "$file" ] || { echo "==> ${file#nodes/} <=="; cat "$file" || true; }; done; true'
  return engine.exec('ha', ['sh', '-c', script])
}
