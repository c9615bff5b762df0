import { EventEmitter, on, once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { trace } from '@opentelemetry/api'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
} from '@opentelemetry/sdk-trace-base'
import { startFakeHaproxy } from 'haproxy-runtime/fake-haproxy'
import type { Member } from 'node-serf-client'
import { benchCommand, temporaryFolder, wholeNumber } from 'real-components'
import type { Membership } from 'serf-events'
import { configurationSchema } from '../src/configuration/schema.js'
import { createAgent } from '../src/index.js'
import { openRenderer } from '../src/rendering/renderer.js'
import { noTracer } from '../src/tracing/round-tracer.js'

// Processor time of a round with traces and without, of two agents in this process that take
// turns. The time of the fake HAProxy of each is part of both.

const command = benchCommand(
  'npm run bench:tracing -w packages/serf-haproxy --',
  'Measures the processor time of rounds with and without OpenTelemetry',
)
  .argument('[blocks]', 'blocks of 50 rounds of each agent', wholeNumber(3, 1000), 30)
  .parse()
const [blocks] = command.processedArgs as [number]
const roundsPerBlock = 50
const noteRepeats = 200_000
const endings: (() => unknown)[] = []
const tidy = { teardown: (end: () => unknown) => void endings.push(end) }
const exporter = new InMemorySpanExporter()
let spans = 0

try {
  const without = await startRounds()
  registerProvider()
  const withTraces = await startRounds()
  const agents = { without, with: withTraces }
  const times = { without: [] as number[], with: [] as number[] }
  // The first block warms up.
  for (let block = 0; block <= blocks; block++)
    for (const name of ['without', 'with'] as const) {
      const ms = await blockMs(agents[name])
      if (block > 0) times[name].push(ms)
    }
  report(times, await noteNs())
} finally {
  for (const end of endings.toReversed()) await end()
}

/** Registers a provider with the usual processor, and an exporter that keeps the spans of a block. */
function registerProvider(): void {
  const provider = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 200 })],
  })
  trace.setGlobalTracerProvider(provider)
  tidy.teardown(() => provider.shutdown())
}

/** Starts an agent with two members, and returns what makes it run a round. */
async function startRounds(): Promise<() => Promise<void>> {
  const folder = temporaryFolder(tidy)
  const place = {
    configFile: join(folder, 'haproxy.cfg'),
    runtimeSocket: join(folder, 'runtime.sock'),
    masterSocket: join(folder, 'master.sock'),
  }
  const configuration = configurationSchema.parse({
    haproxy: { ...place, binary: 'true' },
    frontends: [],
    pools: [{ name: 'nodes', role: 'web', port: 3000, weight: { tag: 'weight', default: 100 } }],
    stateFolder: join(folder, 'state'),
    reconcileMs: 60_000,
  })
  const renderer = await openRenderer(configuration)
  writeFileSync(place.configFile, renderer.render(new Map(), new Map()).rendered.text)
  const haproxy = await startFakeHaproxy(place)
  tidy.teardown(() => haproxy.close())
  const events = new EventEmitter()
  async function* membership({ signal }: { signal: AbortSignal }): AsyncGenerator<Membership> {
    const snapshots = on(events, 'snapshot', { signal })
    events.emit('asked')
    for await (const [snapshot] of snapshots) yield snapshot as Membership
  }
  const agent = createAgent(configuration, {
    sources: { membership },
    onEvent: ({ kind }) => void events.emit(kind),
  })
  const asked = once(events, 'asked')
  const stop = new AbortController()
  const running = agent.run({ signal: stop.signal }).catch(() => {})
  tidy.teardown(async () => {
    stop.abort()
    await running
  })
  let weight = 0
  const round = async () => {
    weight = (weight % 200) + 1
    const applied = once(events, 'outcome')
    events.emit('snapshot', membershipWith(weight))
    await applied
    // The round ends, and the agent waits for the next snapshot.
    await new Promise(resolve => setImmediate(resolve))
  }
  await asked
  await round()
  return round
}

function memberWith(name: string, tags: Member['tags']): Member {
  return { name, address: `127.0.0.${name.slice(1)}`, port: 7946, status: 'alive', tags }
}

/** Two members, of which one has this weight. */
function membershipWith(weight: number): Membership {
  const members = new Map([
    ['s1', memberWith('s1', { role: 'web', weight: String(weight) })],
    ['s2', memberWith('s2', { role: 'web' })],
  ])
  const [at, detectedAt] = [Date.now(), performance.now()]
  const known = { members, suspects: new Set<string>(), conflicts: new Map<string, never>() }
  const source = { connected: true, changeSource: 'log', cause: 'log' } as const
  return { ...known, ...source, at, detectedAt, readAt: detectedAt }
}

/** Returns the processor time of one round, in milliseconds. */
async function blockMs(round: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < roundsPerBlock; i++) await round()
  const { user, system } = process.cpuUsage(before)
  spans += exporter.getFinishedSpans().length
  exporter.reset()
  return (user + system) / 1000 / roundsPerBlock
}

/** Returns the processor time of the notes of one round without a provider, in nanoseconds. */
async function noteNs(): Promise<number> {
  const { signal } = new AbortController()
  const result = { outcome: { kind: 'superseded' }, cause: '', causeKind: '' } as const
  const report = { cause: 'log', detectedAt: 0 } as const
  const before = process.cpuUsage()
  for (let i = 0; i < noteRepeats; i++) {
    noTracer.reported(report)
    await noTracer.round(async round => {
      round.deciding()
      round.rendering()
      round.rendered()
      round.applying()
      round.applied({ ...result, reactedInMs: undefined })
    }, signal)
  }
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / noteRepeats
}

function at(list: readonly number[], share: number): string {
  const sorted = list.toSorted((a, b) => a - b)
  return (sorted[Math.floor(share * (list.length - 1))] ?? NaN).toFixed(3)
}

function line(what: string, list: readonly number[]): string {
  return `${what.padEnd(26)} p50 ${at(list, 0.5)} ms, p10 ${at(list, 0.1)} ms, p90 ${at(list, 0.9)} ms`
}

function report(times: Readonly<Record<'without' | 'with', readonly number[]>>, ns: number): void {
  const [load = 0] = loadavg()
  process.stdout.write(`
${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${blocks} blocks of ${roundsPerBlock} rounds each, load ${load.toFixed(1)}
${line('a round without a provider', times.without)}
${line('a round with traces', times.with)}
notes without a provider   ${ns.toFixed(0)} ns a round
${spans} spans were exported
`)
}
