import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  endProcess,
  freePort,
  gossipKey,
  haproxyPlace,
  loopbackAddress,
  missingProgram,
  startHaproxy,
  startSerfAgent,
  until,
} from 'real-components'
import t, { type Test } from 'tap'
import type { TimelineEntry } from '../../src/state/agent-event.js'
import { bin } from '../run-command.js'
import { blocksOf } from './page-blocks.js'
import { startTraceReceiver, type ReceivedSpan } from './trace-receiver.js'

const page = 'tracing.md'
const skip = missingProgram('serf', 'haproxy')
const modules = fileURLToPath(new URL('../../../../../node_modules/', import.meta.url))

/** Runs the agent by the command of the page, between a real Serf agent and a real HAProxy. */
async function startTraced(t: Test) {
  const receiver = await startTraceReceiver(t)
  const place = haproxyPlace(t)
  const key = gossipKey()
  const lb = await startSerfAgent(t, { name: 'lb', key })
  const address = loopbackAddress()
  const [telemetry = ''] = blocksOf(page, 'js')
  const [, command = ''] = blocksOf(page, 'sh')
  writeFileSync(
    join(place.folder, 'telemetry.mjs'),
    `${telemetry}process.once('beforeExit', () => console.log('before the exit'))\n`,
  )
  writeFileSync(
    join(place.folder, 'serf-haproxy.yaml'),
    `
serf: { rpc: '${lb.address}:${lb.rpcPort}' }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '${address}:${await freePort(address)}', pool: nodes }]
pools: [{ name: nodes, role: web, port: 3000 }]
listen: '${address}:${await freePort(address)}'
`,
  )
  // As npm installs them in the folder.
  const bins = join(place.folder, 'node_modules/.bin')
  mkdirSync(bins, { recursive: true })
  symlinkSync(join(modules, '@opentelemetry'), join(place.folder, 'node_modules/@opentelemetry'))
  symlinkSync(bin, join(bins, 'serf-haproxy'))
  const child = spawn('sh', ['-c', `exec ${command.replace(/^NODE_OPTIONS/, 'env $&')}`], {
    cwd: place.folder,
    env: {
      ...process.env,
      PATH: `${bins}:${process.env['PATH']}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  })
  t.teardown(() => endProcess(child))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (output += more))
  await until('the first configuration', () => isThere(place.configFile))
  await startHaproxy(t, place)
  const member = (name: string) =>
    startSerfAgent(t, { name, key, seeds: [lb], tags: { role: 'web' } })
  const events = () =>
    output
      .split('\n')
      .flatMap(line => (line.startsWith('{') ? [JSON.parse(line) as TimelineEntry] : []))
  return { ...receiver, child, member, events, output: () => output }
}

function isThere(file: string): boolean {
  try {
    return readFileSync(file, 'utf8') !== ''
  } catch {
    return false
  }
}

/** Returns the names of a span and of all below it in the order of their begin, indented. */
function tree(spans: readonly ReceivedSpan[], { name, spanId }: ReceivedSpan): string[] {
  const below = spans
    .filter(({ parent }) => parent === spanId)
    .toSorted((a, b) => a.startedAt - b.startedAt)
  return [name, ...below.flatMap(each => tree(spans, each)).map(line => `  ${line}`)]
}

t.test('a join and a leave are each a tree of spans, as the page shows it', { skip }, async t => {
  const { spans, child, member, events, output } = await startTraced(t)
  const round = (change: 'add' | 'drain') =>
    until(`a round with a change ${change}`, () =>
      spans.find(
        ({ name, attributes }) =>
          name === 'round' && attributes[`serf_haproxy.changes.${change}`] === 1,
      ),
    )
  const s1 = await member('s1')
  const joined = await round('add')
  await until('its read-back', () =>
    spans.find(({ parent, name }) => parent === joined.spanId && name === 'read back'),
  )
  await endProcess(s1.process, 'SIGTERM')
  const left = await round('drain')
  // By a read-back, or by the next round if Serf reports the next state of the member before.
  await until('the removal', () =>
    spans.find(({ attributes }) => attributes['serf_haproxy.changes.remove'] === 1),
  )
  t.match(joined.resource, { 'service.name': 'serf-haproxy' })
  t.match(joined.attributes, {
    'serf_haproxy.cause': /s1 joined/,
    'serf_haproxy.cause_kind': 'log',
    'serf_haproxy.pools': ['nodes'],
    'serf_haproxy.changes.add': 1,
  })
  t.match(left.attributes, {
    'serf_haproxy.cause': /s1 (?:is leaving|left)/,
    'serf_haproxy.pools': ['nodes'],
  })
  const [shown = ''] = blocksOf(page, 'text')
  const joinTree = tree(spans, joined)
  t.strictSame(joinTree, namesIn(shown), joinTree.join('\n'))
  const leaveTree = tree(spans, left).filter(line => !/report|read members/.test(line))
  t.strictSame(leaveTree.slice(0, 6), [
    'round',
    '  read servers',
    '  decide',
    '  render',
    '  apply',
    '    batch',
  ])
  checkTimes(t, spans, joined, events())
  child.kill('SIGTERM')
  // Only a program that ends by itself lets the last spans be sent.
  await until('the end of the agent', () => child.exitCode !== null)
  t.match(output(), /"text":"stopped"\}\nbefore the exit\n$/)
})

/** The times of a round agree with what the agent's log says of it. */
function checkTimes(
  t: Test,
  spans: readonly ReceivedSpan[],
  round: ReceivedSpan,
  events: readonly TimelineEntry[],
) {
  const event = events.find(
    each =>
      each.kind === 'outcome' &&
      each.outcome.kind === 'applied' &&
      each.outcome.generation === Number(round.attributes['serf_haproxy.generation']),
  )
  if (event?.kind !== 'outcome' || event.outcome.kind !== 'applied')
    return t.fail('expected the outcome in the log')
  const below = (parent: ReceivedSpan, name: string) =>
    spans.find(each => each.parent === parent.spanId && each.name === name) ?? round
  const apply = below(round, 'apply')
  const batch = below(apply, 'batch')
  t.equal(round.attributes['serf_haproxy.reacted_ms'], event.reactedInMs)
  t.equal(apply.attributes['serf_haproxy.took_ms'], event.outcome.tookMs)
  // From the log line of Serf until the reply of HAProxy.
  const reactedAt = round.startedAt + Number(event.reactedInMs)
  t.ok(reactedAt > batch.startedAt, `${reactedAt - batch.endedAt} ms after the batch`)
  t.ok(reactedAt <= apply.endedAt, `${apply.endedAt - reactedAt} ms before the end`)
  return undefined
}

/** Returns the names of the spans that the page shows, with their indentation. */
function namesIn(shown: string): string[] {
  return shown
    .trimEnd()
    .split('\n')
    .map(line => line.replace(/(\S) {2,}.*$/, '$1'))
}

t.test('the versions of the page are those that the tests use', async t => {
  const manifest = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { devDependencies: Record<string, string> }
  const [install = ''] = blocksOf(page, 'sh')
  const wanted = [...install.matchAll(/(@opentelemetry\/[\w-]+)@([\d.]+)/g)]
  t.equal(wanted.length, 4)
  for (const [, name = '', version = ''] of wanted)
    t.ok(`${manifest.devDependencies[name]}.`.startsWith(`${version}.`), `${name} ${version}`)
})

t.test('each block of the page is used here', async t => {
  t.equal(blocksOf(page, 'sh').length, 2)
  t.equal(blocksOf(page, 'js').length, 1)
  t.equal(blocksOf(page, 'text').length, 1)
})
