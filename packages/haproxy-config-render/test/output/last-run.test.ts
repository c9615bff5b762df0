import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { compileTemplate } from '../../src/template/compile-template.js'
import { defaultTemplate } from '../../src/template/default-template.js'
import { parseModel } from '../../src/model/parse-model.js'
import type { ProxyModel } from '../../src/model/proxy-model.js'
import type { Rendered } from '../../src/output/rendered.js'

const stages = new URL('../../../../../examples/lab/stages/', import.meta.url)
const ofTheLab = readdirSync(stages)
  .filter(name => name.endsWith('.hbs'))
  .map(name => readFileSync(new URL(name, stages), 'utf8'))

const each = (body: string) => `{{#each pools}}\nbackend {{name}}\n${body}\n{{/each}}\n`

/** Templates that read servers in all ways. */
const templates = [
  defaultTemplate.source,
  ...ofTheLab,
  each('  {{servers this}}'),
  each('  {{servers this}}\n  {{servers this}}'),
  `${each('  {{servers this}}')}backend other\n  {{servers pools.[0]}}\n`,
  `${each('  {{servers this}}')}backend {{pools.[0].name}}\n\t{{servers pools.[0]}}`,
  '{{servers pools.[0]}}\n',
  'backend a\n{{#with pools.[0]}}{{servers this}}{{/with}}',
  each('{{#if servers.length}}\n  {{servers this}}\n{{/if}}'),
  each('{{#if servers}}\n  option allbackups\n{{/if}}\n  {{servers this}}'),
  each('  # {{size servers}} servers\n  {{servers this}}'),
  each('{{#each servers}}\n  server {{name}} {{address}}:{{port}} # {{tags.v}}\n{{/each}}'),
  each('{{#each (sort servers "weight")}}\n  # {{upper tags.v}}\n{{/each}}\n  {{servers this}}'),
  `${each('  {{servers this}}')}{{#each addresses}}\n# {{host}} {{ip}}\n{{/each}}\n`,
  '{{#each pools}}{{#if (eq name "a")}}\nbackend a\n  {{servers this}}\n{{else}}\n# {{pluck servers "name" }}\n{{/if}}{{/each}}',
  '{{#each pools}}\n{{#each this}}\n# {{@key}}\n{{/each}}\n{{/each}}\n',
  'backend b\n  {{servers (lookup pools 1)}}\n# {{values.note}}\n',
  each('# {{join (pluck (where servers "weight" 1) "name") " "}}\n  {{servers this}}'),
  'global\n',
]

const few = <T>(...values: readonly T[]) => fc.constantFrom(...values)

const server = fc.record({
  name: few('s1', 's2', 's3', 's4'),
  weight: few(0, 1, 100),
  port: few(80, 81),
  backup: fc.boolean(),
  slowStartMs: few(0, 5),
  options: few('', 'maxconn 5', 'cookie x'),
  // The second cannot be printed by some of the templates.
  tags: few({}, { v: '1' }, { v: '1' }, { v: 'a b' }, { v: '' }),
})

const servers = fc
  .uniqueArray(server, { selector: ({ name }) => name, maxLength: 4 })
  .map(list => list.map(one => ({ ...one, address: `10.0.0.${one.name.slice(1)}` })))

/** A change of one thing of a model. */
const change = fc.oneof(
  { weight: 8, arbitrary: fc.record({ pool: few(0, 1), servers }) },
  { weight: 1, arbitrary: fc.record({ pool: few(0, 1), balance: few('random', 'roundrobin') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      pool: few(0, 1),
      serverOptions: few('maxconn 1', String.raw`ssl agent-send a\ b`),
    }),
  },
  { weight: 1, arbitrary: fc.record({ pool: few(0, 1), minCheckIntervalMs: few(600, 1000) }) },
  { weight: 1, arbitrary: fc.record({ values: few({}, { note: 'x' }) }) },
  { weight: 1, arbitrary: fc.constant({}) },
)

type Change = typeof change extends fc.Arbitrary<infer C> ? C : never

function changed(model: ProxyModel, one: Change): ProxyModel {
  if (!('pool' in one))
    return Object.keys(one).length === 0 ? model : parseModel({ ...model, ...one })
  const { pool: index, ...fields } = one
  const pools = model.pools.map((pool, i) => (i === index ? { ...pool, ...fields } : pool))
  return parseModel({ ...model, pools })
}

const first = parseModel({
  runtimeSocket: '/run/haproxy.sock',
  frontends: [{ name: 'web', bind: '127.0.0.1:8080', pool: 'a' }],
  pools: [
    { name: 'a', servers: [{ name: 's1', address: '10.0.0.1', port: 80 }] },
    { name: 'b', mode: 'tcp', servers: [] },
  ],
})

/** A model after which a template has to run again. */
const stranger = parseModel({ ...first, runtimeSocket: '/run/other.sock' })

const plain = (rendered: Rendered) => ({ ...rendered, frame: undefined })

/** Returns a text without the server lines of the rendering's pools. */
function frameText({ text, lines }: Rendered): string {
  const managed = new Set(lines.map(({ line }) => line))
  return text
    .split('\n')
    .filter((_, i) => !managed.has(i + 1))
    .join('\n')
}

function attempt<T>(compute: () => T): T | string {
  try {
    return compute()
  } catch (error) {
    return String(error)
  }
}

t.test('after any history a template renders what a new one does', async t => {
  let shared = 0
  for (const source of templates) {
    const [kept, whole] = [compileTemplate(source), compileTemplate(source)]
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), changes => {
        const frames = new Map<object, string>()
        let model = first
        attempt(() => kept.render(stranger))
        for (const one of changes) {
          model = changed(model, one)
          const made = attempt(() => kept.render(model))
          attempt(() => whole.render(stranger))
          const fresh = attempt(() => whole.render(model))
          if (typeof made === 'string' || typeof fresh === 'string') {
            assert.equal(made, fresh)
            continue
          }
          assert.deepEqual(plain(made), plain(fresh))
          const text = frames.get(made.frame)
          if (text !== undefined) {
            shared++
            assert.equal(frameText(made), text)
          }
          frames.set(made.frame, frameText(made))
        }
      }),
      { numRuns: 12 },
    )
  }
  t.ok(shared > 80, `${shared} renderings share their frame`)
})

const modelOf = (...servers: readonly object[]) =>
  parseModel({ runtimeSocket: '/run/x.sock', frontends: [], pools: [{ name: 'a', servers }] })

const good = { name: 'good', address: '10.0.0.1', port: 80, tags: { v: '1' } }
const bad = { name: 'bad', address: '10.0.0.2', port: 80, tags: { v: '' } }

t.test('a member that cannot be printed is not remembered when it is gone', async t => {
  const template = compileTemplate(
    'backend a\n{{#each pools.[0].servers}}\n  acl x src {{tags.v}}\n{{/each}}\n',
  )
  t.match(template.render(modelOf(good, bad)).quarantined, [{ member: 'bad' }])
  t.strictSame(template.render(modelOf(good)).quarantined, [])
})

t.test('equal pools and servers are the same objects, and a frame lasts', async t => {
  const [before, after] = [modelOf(good, bad), modelOf({ ...good, weight: 1 }, bad)].map(model =>
    defaultTemplate.render(model),
  )
  t.equal(after?.frame, before?.frame)
  t.equal(after?.pools[0]?.servers[0], before?.pools[0]?.servers[0])
  t.match(after?.pools[0]?.servers[1], { name: 'good', weight: 1 })
  t.equal(defaultTemplate.render(modelOf({ ...good, weight: 1 }, bad)).pools[0], after?.pools[0])
  t.not(defaultTemplate.render(modelOf()).frame, before?.frame)
})

t.test('server lines in another section are part of the frame', async t => {
  const template = compileTemplate(
    'backend a\n  {{servers pools.[0]}}\nbackend b\n  {{servers pools.[0]}}\n',
  )
  const { frame } = template.render(modelOf(good))
  t.not(template.render(modelOf(good, bad)).frame, frame)
})
