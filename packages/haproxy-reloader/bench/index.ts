import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { checkConfiguration } from 'haproxy-config-text'
import { createMasterClient, createRuntimeClient, type RuntimeClient } from 'haproxy-runtime'
import {
  haproxyHead,
  haproxyPlace,
  haproxyReleases,
  startHaproxy,
  type HaproxyPlace,
} from 'real-components'
import {
  createReloader,
  reloadViaMaster,
  type DesiredServer,
  type DesiredState,
  type Reloader,
} from '../src/index.js'
import { quantile, quantiles } from './quantiles.js'
import { sendCommands } from './send-commands.js'

const sizes = [10, 100, 1000, 10_000]
const rounds = 40
const burst = 900

print(`${new Date().toISOString()}, Node ${process.version}`)
print(`${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(2)}`)
for (const { version, program } of haproxyReleases()) {
  print(`\nHAProxy ${version}, milliseconds, p50 of ${rounds} (p95)`)
  print(
    `${'servers'.padEnd(9)}${columns('bare socket', 'HAProxy has it', 'and the file', 'ratio')}`,
  )
  for (const size of sizes) await withHaproxy(program, size, oneChange)
  await withHaproxy(program, 100, burstOfJoins)
  for (const size of [10, 10_000]) await withHaproxy(program, size, oneReload)
  await withHaproxy(program, 10_000, memory)
}

/** Measures one join: with the reloader and, in turns, on the bare socket. */
async function oneChange({ place, reloader, runtime, size }: BenchSetup): Promise<void> {
  const bare: number[] = []
  const ours: number[] = []
  const whole: number[] = []
  const servers = serversOf(size)
  for (let round = 0; round < rounds; round++) {
    const name = `joins${round}`
    const startedAt = performance.now()
    await sendCommands(place.runtimeSocket, additionOf({ ...joining(name), name: `bare${round}` }))
    bare.push(performance.now() - startedAt)
    await runtime.removeServer('nodes', `bare${round}`)

    const desired = configuration(place, [...servers, joining(name)])
    const appliedAt = performance.now()
    ours.push(await joined(reloader, desired))
    whole.push(performance.now() - appliedAt)
    await back(reloader, configuration(place, servers))
  }
  const ratio = (quantile(ours, 0.5) / quantile(bare, 0.5)).toFixed(2)
  print(
    `${String(size).padEnd(9)}${columns(quantiles(bare, 2), quantiles(ours, 2), quantiles(whole, 2), ratio)}`,
  )
  if (reloader.drift().count > 0) throw new Error(`drift: ${reloader.drift().last}`)
}

/** Applies a change at run time; returns how long it took until HAProxy had it. */
async function joined(reloader: Reloader, desired: DesiredState): Promise<number> {
  const outcome = await reloader.apply(desired)
  if (outcome.kind !== 'applied' || outcome.via !== 'runtime')
    throw new Error(`not applied at run time: ${JSON.stringify(outcome).slice(0, 300)}`)
  return outcome.tookMs
}

/** Reads back and removes the joined servers, before the next round. */
async function back(reloader: Reloader, desired: DesiredState): Promise<void> {
  await reloader.settled()
  await reloader.apply(desired)
  await reloader.settled()
}

/** Measures a change that needs a reload, and the same by hand: `haproxy -c`, then a reload. */
async function oneReload({ place, program, reloader, runtime, size }: BenchSetup): Promise<void> {
  const bare: number[] = []
  const ours: number[] = []
  const { text, pools } = configuration(place, serversOf(size))
  const master = createMasterClient({ socket: place.masterSocket })
  for (let round = 0; round < 10; round++) {
    const { pid } = await runtime.info()
    writeFileSync(place.configFile, `${text}backend bare${round}\n  balance roundrobin\n`)
    const startedAt = performance.now()
    const candidate = readFileSync(place.configFile, 'utf8')
    await checkConfiguration(candidate, { binary: program, configFile: place.configFile })
    await master.reload()
    while ((await runtime.info()).pid === pid);
    bare.push(performance.now() - startedAt)

    const more = `${text}backend ours${round}\n  balance roundrobin\n`
    const appliedAt = performance.now()
    const outcome = await reloader.apply({ text: more, pools })
    ours.push(performance.now() - appliedAt)
    if (outcome.kind !== 'applied' || outcome.via !== 'reload')
      throw new Error(`not applied by a reload: ${JSON.stringify(outcome).slice(0, 300)}`)
  }
  const ratio = (quantile(ours, 0.5) / quantile(bare, 0.5)).toFixed(2)
  print(
    `a reload with ${size} servers, in ms: by hand ${quantiles(bare, 2)}, ours ${quantiles(ours, 2)}, ratio ${ratio}`,
  )
}

/** Measures the memory of this process after changes of a pool. */
async function memory({ place, reloader, size }: BenchSetup): Promise<void> {
  const servers = serversOf(size)
  const before = process.memoryUsage()
  for (let round = 0; round < 20; round++) {
    await joined(reloader, configuration(place, [...servers, joining(`joins${round}`)]))
    await back(reloader, configuration(place, servers))
  }
  const { heapUsed, rss } = process.memoryUsage()
  print(
    `memory with ${size} servers, after 20 joins: heap ${inMb(heapUsed)} (before ${inMb(before.heapUsed)}), resident ${inMb(rss)}`,
  )
}

function inMb(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`
}

/** Measures many joins at once, and the same in one write to the bare socket. */
async function burstOfJoins({ place, reloader, runtime, size }: BenchSetup): Promise<void> {
  const bare: number[] = []
  const ours: number[] = []
  const servers = serversOf(size)
  const joiners = Array.from({ length: burst }, (_, i) => joining(`joins${i}`))
  for (let round = 0; round < 5; round++) {
    const startedAt = performance.now()
    await sendCommands(place.runtimeSocket, joiners.map(additionOf).join(';'))
    bare.push(performance.now() - startedAt)
    for (const { name } of joiners) await runtime.removeServer('nodes', name)

    ours.push(await joined(reloader, configuration(place, [...servers, ...joiners])))
    await back(reloader, configuration(place, servers))
  }
  const ratio = (quantile(ours, 0.5) / quantile(bare, 0.5)).toFixed(2)
  print(
    `${burst} joins into ${size} servers, in ms: bare ${quantiles(bare, 2)}, ours ${quantiles(ours, 2)}, ratio ${ratio}`,
  )
}

interface BenchSetup {
  readonly place: HaproxyPlace
  readonly program: string
  readonly reloader: Reloader
  readonly runtime: RuntimeClient
  readonly size: number
}

async function withHaproxy(
  program: string,
  size: number,
  measure: (stand: BenchSetup) => Promise<void>,
): Promise<void> {
  const tidyUps: (() => unknown)[] = []
  const t = { teardown: (tidyUp: () => unknown) => tidyUps.push(tidyUp) }
  try {
    const place = haproxyPlace(t)
    const desired = configuration(place, serversOf(size))
    await startHaproxy(t, place, desired.text, program)
    const runtime = createRuntimeClient({ socket: place.runtimeSocket, timeoutMs: 10_000 })
    const reload = reloadViaMaster({ socket: place.masterSocket })
    await using reloader = createReloader({
      configFile: place.configFile,
      runtime,
      reload,
      reloadIntervalMs: 0,
      maxOldWorkers: 100,
      check: (text, limits) =>
        checkConfiguration(text, { binary: program, configFile: place.configFile, ...limits }),
    })
    await reloader.apply(desired)
    await measure({ place, program, reloader, runtime, size })
  } finally {
    for (const tidyUp of tidyUps.toReversed()) await tidyUp()
  }
}

function serversOf(count: number): DesiredServer[] {
  return Array.from({ length: count }, (_, i) => joining(`s${i}`))
}

function joining(name: string): DesiredServer {
  return { name, address: '127.0.0.1', port: 9, weight: 10, options: '' }
}

function additionOf({ name, address, port, weight }: DesiredServer): string {
  const server = `nodes/${name}`
  return `add server ${server} ${address}:${port} weight ${weight};set server ${server} state ready`
}

function configuration(place: HaproxyPlace, servers: readonly DesiredServer[]): DesiredState {
  const lines = servers.map(
    ({ name, address, port, weight }) => `  server ${name} ${address}:${port} weight ${weight}\n`,
  )
  return {
    text: `${haproxyHead(place)}backend nodes
  balance roundrobin
${lines.join('')}`,
    pools: [{ name: 'nodes', servers }],
  }
}

function columns(...texts: readonly string[]): string {
  return texts.map(text => text.padEnd(18)).join('')
}

function print(line: string): void {
  process.stdout.write(`${line.trimEnd()}\n`)
}
