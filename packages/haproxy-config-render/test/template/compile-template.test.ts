import t from 'tap'
import { compileTemplate } from '../../src/template/compile-template.js'
import { defaultTemplate } from '../../src/template/default-template.js'
import { parseModel } from '../../src/model/parse-model.js'
import { readCases, renderSource, smallModel } from '../cases.js'

t.test('each case gives its expected bytes', async t => {
  const cases = readCases()
  t.ok(cases.length >= 40)
  for (const one of cases) t.equal(one.render().text, one.wanted, one.name)
})

t.test('whatever a template prints is one word', async t => {
  t.equal(renderSource('description {{"two words"}}'), `description 'two words'\n`)
  t.equal(renderSource('x {{#with "a # b"}}{{this}}{{/with}}'), `x 'a # b'\n`)
  t.equal(renderSource('x {{lookup (lookup pools 0) "name"}} {{1}} {{true}}'), 'x app 1 true\n')
  t.equal(
    renderSource('x {{#each pools}}{{name}} {{../maxConnections}} {{@index}}{{/each}}'),
    'x app 1000 0\n',
  )
  t.equal(
    renderSource(`x {{'#if'}} {{[maxConnections]}} {{this.maxConnections}}`),
    `x '#if' 1000 1000\n`,
  )
})

t.test('a value that is no word stops the rendering, at its place', async t => {
  const sources = ['{{"a\nb"}}', '{{""}}', '{{null}}', '{{pools}}', '{{#if pools}}{{/if}}{{this}}']
  for (const source of sources) {
    const text = `global\n  maxconn ${source}`
    t.throws(
      () => renderSource(text),
      { code: 'unsafe-value', message: /^template:2:\d+: / },
      source,
    )
  }
})

t.test('a name that this model lacks stops the rendering, at its line and column', async t => {
  for (const name of ['stats.port', 'undefined', 'values.nope', 'name', 'stats']) {
    t.throws(
      () => compileTemplate(`a\n  b {{${name}}}`, { name: 'my.hbs' }).render(smallModel),
      {
        code: 'unknown-name',
        message: `my.hbs:2:5: The model has no ${name} here`,
        place: { file: 'my.hbs', line: 2, column: 5 },
      },
      name,
    )
  }
  t.throws(() => renderSource('x {{lookup pools 7}}'), { code: 'unknown-name' })
  t.throws(() => renderSource('{{#each stats}}{{/each}}'), {
    code: 'unknown-name',
    message: /template:1:1: each has nothing to go through: expected a list, got nothing/,
  })
  t.equal(renderSource('x{{#if stats}} {{stats.port}}{{/if}}'), 'x\n', 'it may be asked for')
})

t.test('servers takes a pool and nothing else', async t => {
  for (const value of ['"x"', '1', 'null', 'this.stats', 'pools', 'frontends.[0]']) {
    t.throws(
      () => renderSource(`\n {{servers ${value}}}`),
      {
        code: 'unknown-name',
        message: /^template:2:2: servers has no pool: expected a pool.*, got .*/,
      },
      value,
    )
  }
})

t.test('servers takes the name of a pool, wherever it stands', async t => {
  const source = 'backend app\n  {{servers "app"}}\n  server sorry 10.0.0.9:80 backup\n'
  const { text, pools, unprintedPools } = compileTemplate(source).render(smallModel)
  t.match(text, /^backend app\n {2}server s1 .*\n {2}server s2 .*\n {2}server sorry .*\n$/)
  t.match(pools, [{ name: 'app', servers: [{ name: 's1' }, { name: 's2' }] }])
  t.same(unprintedPools, [])
  const inBlock = '{{#each frontends}}\nbackend app\n{{servers "app"}}\n{{/each}}\n'
  t.match(compileTemplate(inBlock).render(smallModel).text, /^server s1 /m)
  t.throws(() => renderSource('{{servers "ap"}}'), {
    message: 'template:1:1: servers has no pool: expected a pool of the model: app, got "ap"',
  })
})

const byName = (name: string) =>
  `{{#each (where pools "name" "${name}")}}\nbackend {{name}}\n  {{servers this}}\n{{/each}}\n`

t.test('a pool whose servers the template never reads is reported', async t => {
  const model = parseModel({
    ...smallModel,
    pools: [...smallModel.pools, { name: 'web', servers: [] }],
  })
  const unprinted = (source: string) => compileTemplate(source).render(model).unprintedPools
  t.strictSame(unprinted('frontend web'), ['app', 'web'])
  t.strictSame(unprinted(byName('wbe')), ['app', 'web'])
  t.strictSame(unprinted('{{#each pools}}\nbackend {{name}}\n{{/each}}'), ['app', 'web'])
  t.strictSame(unprinted(byName('web')), ['app'], 'a pool without servers is printed, too')
  const others = [
    'backend x\n  {{servers (lookup pools 0)}}',
    '{{#with (lookup pools "0")}}{{#each servers}}\n  server {{name}} {{address}}{{/each}}{{/with}}',
    '{{#each (lookup (lookup pools 0) "servers")}}\n  server {{name}} {{address}}{{/each}}',
    'backend x\n  {{servers pools.[0]}}',
  ]
  for (const source of others) t.strictSame(unprinted(source), ['web'], source)
  t.strictSame(unprinted('{{#each addresses}}\n  server {{host}} {{ip}}{{/each}}'), [])
})

t.test('a comment prints nothing, and an escaped mustache itself', async t => {
  t.equal(renderSource('{{!-- {{{x}}} --}}a \\{{b}}\n'), 'a {{b}}\n')
})

t.test('the last line always ends', async t => {
  t.equal(renderSource('global'), 'global\n')
  t.equal(renderSource('global\n'), 'global\n')
  t.equal(renderSource(''), '\n')
})

t.test('a model is checked before it is rendered', async t => {
  t.throws(() => defaultTemplate.render({ ...smallModel, maxConnections: 0 }), {
    code: 'invalid-model',
  })
})

t.test('rendering does not change the model, and gives the same again', async t => {
  const model = structuredClone({ ...smallModel })
  const before = structuredClone(model)
  const first = defaultTemplate.render(model)
  t.strictSame(model, before)
  t.strictSame(defaultTemplate.render(model), first)
  t.strictSame(defaultTemplate.render(parseModel(parseModel(model))), first)
})
