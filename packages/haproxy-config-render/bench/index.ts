import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import { Bench } from 'tinybench'
import {
  defaultTemplate,
  buildModel,
  parseModel,
  type PoolMember,
  type ProxyModel,
} from '../src/index.js'
import { serverChecks } from '../src/model/pool-options.js'

const count = 10_000

const members = Array.from({ length: count }, (_, i): PoolMember => ({
  name: `s${String(i).padStart(5, '0')}`,
  address: `10.0.${i >> 8}.${i & 255}`,
  tags: { role: 'web', zone: 'a' },
}))
const frontends = [{ name: 'web', bind: { address: '0.0.0.0', port: 80 }, pool: 'app' }]
const runtimeSocket = '/run/haproxy.sock'
const policy = { runtimeSocket, frontends, pools: [{ name: 'app', role: 'web', port: 8080 }] }

/** A model as it comes from elsewhere: nothing of it is checked yet. */
const input = (of: readonly PoolMember[]) => ({
  runtimeSocket,
  frontends,
  pools: [{ name: 'app', servers: of.map(({ name, address }) => ({ name, address, port: 8080 })) }],
})

/** The same text from Handlebars alone: no check, no escaping, no map. */
const bareSource = readFileSync(new URL('../../templates/haproxy.cfg.hbs', import.meta.url), 'utf8')
  .replace('{{condition this}}', '')
  .replace(
    '{{servers this}}',
    `{{#each servers}}\n  server {{name}} {{address}}:{{port}} weight 100 ${serverChecks}\n{{/each}}`,
  )
const bare = Handlebars.create()
bare.registerHelper('eq', (a: unknown, b: unknown) => a === b)
const printBare = bare.compile(bareSource, { noEscape: true })

/** Bytes: a text that is not written out may not be finished. */
const bytes = (text: string) => Buffer.from(text)

const folder = mkdtempSync(join(tmpdir(), 'haproxy-config-render-'))
try {
  print(`${new Date().toISOString()}, Node ${process.version}, Handlebars ${Handlebars.VERSION}`)
  print(`${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(2)}`)
  await fullRender()
  await oneChange()
  await besideProcess(100)
  await besideProcess(1000)
  await besideProcess(count)
} finally {
  rmSync(folder, { recursive: true })
}

async function fullRender(): Promise<void> {
  const model = parseModel(input(members))
  let unchecked: unknown
  const times = await medians({
    bare: { run: () => bytes(printBare(model)) },
    ours: {
      before: () => (unchecked = input(members)),
      run: () => bytes(defaultTemplate.render(parseModel(unchecked)).text),
    },
    members: {
      run: () => bytes(defaultTemplate.render(buildModel(members, policy).model).text),
    },
  })
  print(`\n${count} servers rendered, checked and mapped:`)
  row('bare compiled Handlebars', times.bare)
  row('a model', times.ours, times.bare)
  row('members and policy', times.members, times.bare)
}

async function oneChange(): Promise<void> {
  const model = parseModel(input(members))
  let unchecked: unknown
  let weight = 0
  const times = await medians({
    full: {
      before: () => (unchecked = input(members)),
      run: () => bytes(defaultTemplate.render(parseModel(unchecked)).text),
    },
    change: { run: () => bytes(defaultTemplate.render(withWeight(model, weight++ % 256)).text) },
  })
  print(`\none change in ${count} servers:`)
  row('everything anew', times.full)
  row('one changed server', times.change, times.full)
}

/** The model with another weight for one server in the middle. */
function withWeight(model: ProxyModel, weight: number): ProxyModel {
  const pools = model.pools.map(pool => {
    const middle = Math.floor(pool.servers.length / 2)
    const servers = pool.servers.map((server, i) => (i === middle ? { ...server, weight } : server))
    return { ...pool, servers }
  })
  return parseModel({ ...model, pools })
}

/** A handler of the classic kind: one process a change, with data in the place of an argument. */
async function besideProcess(servers: number): Promise<void> {
  const some = members.slice(0, servers)
  const [data, template, script] = ['data.json', 'haproxy.cfg.hbs', 'render.cjs'].map(name =>
    join(folder, name),
  )
  if (!data || !template || !script) return
  writeFileSync(data, JSON.stringify(input(some)))
  writeFileSync(template, bareSource)
  const handlebars = createRequire(import.meta.url).resolve('handlebars')
  writeFileSync(
    script,
    `const { readFileSync } = require('fs')
const Handlebars = require(${JSON.stringify(handlebars)})
Handlebars.registerHelper('eq', (a, b) => a === b)
const print = Handlebars.compile(readFileSync(process.argv[2], 'utf8'))
process.stdout.write(print(JSON.parse(readFileSync(process.argv[3], 'utf8'))))
`,
  )
  const model = parseModel(input(some))
  let weight = 0
  const times = await medians({
    process: { run: () => spawnSync(process.execPath, [script, template, data]).stdout },
    ours: { run: () => bytes(defaultTemplate.render(withWeight(model, weight++ % 256)).text) },
  })
  print(`\na change in ${servers} servers, beside a process for each change:`)
  row('a Handlebars process', times.process)
  print(
    `  ${'one changed server'.padEnd(28)}${times.ours.toFixed(2).padStart(8)} ms   ${(times.process / times.ours).toFixed(0)} × faster`,
  )
}

interface Measured {
  /** Makes what `run` needs; not measured. */
  readonly before?: () => void
  readonly run: () => unknown
}

/** Median time of each function in milliseconds, all taken in one run. */
async function medians<Name extends string>(
  functions: Readonly<Record<Name, Measured>>,
): Promise<Record<Name, number>> {
  const bench = new Bench({ time: 1500, warmupTime: 500, iterations: 15 })
  for (const [name, { before, run }] of Object.entries<Measured>(functions)) {
    bench.add(name, () => void run(), before ? { beforeEach: before } : {})
  }
  await bench.run()
  const times = bench.tasks.map(({ name, result }) => [
    name,
    'latency' in result ? result.latency.p50 : Number.NaN,
  ])
  return Object.fromEntries(times) as Record<Name, number>
}

function row(what: string, time: number, other?: number): void {
  const ratio = other === undefined ? '' : `   ${(time / other).toFixed(2)} ×`
  print(`  ${what.padEnd(28)}${time.toFixed(2).padStart(8)} ms${ratio}`)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
