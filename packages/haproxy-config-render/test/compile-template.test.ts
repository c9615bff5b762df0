import t from 'tap'
import { compileTemplate } from '../src/compile-template.js'
import { defaultTemplate, defaultTemplateSource } from '../src/default-template.js'
import { haproxyWord } from '../src/haproxy-word.js'
import { managedLines } from '../src/managed-lines.js'
import { parseModel } from '../src/proxy-model.js'
import { RenderError } from '../src/render-error.js'
import { serverLine, serverOptions } from '../src/server-line.js'
import { readCases, smallModel } from './cases.js'

const place = { template: 'a.hbs', line: 3, column: 7 }

function textOf(source: string): string {
  return compileTemplate(source).render(smallModel).text
}

void t.test('each case gives its expected bytes', async t => {
  const cases = readCases()
  t.ok(cases.length >= 8)
  for (const one of cases) t.equal(one.render().text, one.wanted, one.name)
})

void t.test('a word is quoted only where it has to be', async t => {
  const words: readonly (readonly [unknown, string])[] = [
    ['plain', 'plain'],
    ['/health?full=1&x=%20', '/health?full=1&x=%20'],
    ['a~b+c@d[e](f)<g>|!*^-', 'a~b+c@d[e](f)<g>|!*^-'],
    ['two words', `'two words'`],
    ['#comment', `'#comment'`],
    ['say "hi"', `'say "hi"'`],
    [`it's`, `'it'\\''s'`],
    ['back\\slash', `'back\\slash'`],
    ['$HOME', `'$HOME'`],
    ['${HOME}', `'\${HOME}'`],
    ['Zürich', `'Zürich'`],
    [0, '0'],
    [1.5, '1.5'],
    [true, 'true'],
    [false, 'false'],
  ]
  for (const [value, word] of words) t.equal(haproxyWord(value, place), word, String(value))
})

void t.test('what no quoting can hold is refused, with its place', async t => {
  const controls = Array.from({ length: 32 }, (_, i) => `a${String.fromCharCode(i)}b`)
  for (const value of [...controls, 'a\r\nb', '\u007f', '\n', 'x\n']) {
    t.throws(
      () => haproxyWord(value, place),
      { code: 'unsafe-value', place, message: /^a\.hbs:3:7: .*wanted no control character/ },
      JSON.stringify(value),
    )
  }
  for (const value of [null, {}, [], ['a'], Number.NaN, Infinity, undefined, 1n, () => 'a']) {
    t.throws(
      () => haproxyWord(value, place),
      { name: 'RenderError', code: 'unsafe-value', message: /wanted a text or a number/ },
      typeof value,
    )
  }
})

void t.test('an empty word is refused: HAProxy passes over what follows it', async t => {
  t.throws(() => haproxyWord('', place), { code: 'unsafe-value', message: /found "", wanted/ })
})

void t.test('a long value that is refused is told in part', async t => {
  const error = t.throws(() => haproxyWord(`${'x'.repeat(10_000)}\n`, place))
  t.ok(error instanceof Error && error.message.length < 300)
})

void t.test('whatever a template prints is one word', async t => {
  t.equal(textOf('description {{"two words"}}'), `description 'two words'\n`)
  t.equal(textOf('{{#with "a # b"}}{{this}}{{/with}}'), `'a # b'\n`)
  t.equal(textOf('{{lookup (lookup pools 0) "name"}} {{1}} {{true}}'), 'app 1 true\n')
  t.equal(
    textOf('{{#each pools}}{{name}} {{../maxConnections}} {{@index}}{{/each}}'),
    'app 1000 0\n',
  )
  t.equal(textOf(`{{'#if'}} {{[maxConnections]}} {{this.maxConnections}}`), `'#if' 1000 1000\n`)
})

void t.test('a value that is no word stops the rendering, at its place', async t => {
  const sources: readonly (readonly [string, string])[] = [
    ['global\n  maxconn {{"a\nb"}}', 'unsafe-value'],
    ['global\n  maxconn {{""}}', 'unsafe-value'],
    ['global\n  maxconn {{null}}', 'unsafe-value'],
    ['global\n  maxconn {{pools}}', 'unsafe-value'],
    ['global\n  maxconn {{#if pools}}{{/if}}{{this}}', 'unsafe-value'],
  ]
  for (const [source, code] of sources) {
    t.throws(() => textOf(source), { code, message: /^template:2:\d+: / }, source)
  }
})

void t.test('an unknown name stops the rendering, at its line and column', async t => {
  for (const name of [
    'nope',
    'pools.nope',
    '@nope',
    '../nope',
    'undefined',
    'stats.port',
    'constructor',
    'log',
  ]) {
    const source = `a\n  b {{${name}}}`
    t.throws(
      () => compileTemplate(source, { name: 'my.hbs' }).render(smallModel),
      {
        code: 'unknown-name',
        message: `my.hbs:2:4: The model has no ${name} here`,
        place: { template: 'my.hbs', line: 2, column: 4 },
      },
      name,
    )
  }
  t.throws(() => textOf('{{lookup pools 7}}'), { code: 'unknown-name' })
})

void t.test(
  'what a template may not do is refused before it is rendered, at its place',
  async t => {
    const sources: readonly (readonly [string, string, RegExp])[] = [
      ['{{{name}}}', 'raw-output', /use two braces/],
      ['{{&name}}', 'raw-output', /use two braces/],
      ['{{#each pools}}{{{name}}}{{/each}}', 'raw-output', /use two braces/],
      ['{{upper name}}', 'unknown-helper', /no helper upper, wanted one of: if, .*servers$/],
      ['{{name x=1}}', 'unknown-helper', /no helper name,/],
      ['{{#list}}{{/list}}', 'unknown-helper', /no helper list,/],
      ['{{lookup (upper name) 0}}', 'unknown-helper', /no helper upper,/],
      ['{{#if (upper name)}}{{/if}}', 'unknown-helper', /no helper upper,/],
      ['{{log "x"}}', 'unknown-helper', /no helper log,/],
      [
        '{{haproxy-word name}}',
        'unknown-helper',
        /no helper haproxy-word, wanted one of: if, unless/,
      ],
      ['{{#haproxy-word name}}{{/haproxy-word}}', 'unknown-helper', /no helper haproxy-word,/],
      ['{{{{raw}}}} {{{{/raw}}}}', 'unknown-helper', /no helper raw,/],
      ['{{> part}}', 'invalid-template', /Partials/],
      ['{{#> part}}{{/part}}', 'invalid-template', /Partials/],
      ['{{* mark}}', 'invalid-template', /Decorators/],
      ['{{#*inline "a"}}{{/inline}}', 'invalid-template', /Decorators/],
      ['{{#if a}}', 'invalid-template', /syntax error: Expecting .*got 'EOF'/],
      ['{{#if a}}{{/each}}', 'invalid-template', /if doesn't match each/],
      ['{{name', 'invalid-template', /syntax error/],
    ]
    for (const [source, code, message] of sources) {
      const error = t.throws(() => compileTemplate(`one\n${source}`), { code, message }, source)
      t.match(error, { name: 'RenderError', place: { template: 'template', line: 2 } })
    }
  },
)

void t.test(
  'a helper in the wrong place is told how it is written, and is no TypeError',
  async t => {
    const sources: readonly (readonly [string, RegExp])[] = [
      ['{{lookup}}', /lookup has 0 parameters, wanted \{\{lookup value1 value2\}\}/],
      ['{{lookup pools}}', /lookup has 1 parameters/],
      ['{{servers}}', /servers has 0 parameters, wanted \{\{servers value1\}\}/],
      ['{{servers pools 8}}', /servers has 2 parameters/],
      ['{{if}}', /if cannot stand here, wanted \{\{#if value1\}\} … \{\{\/if\}\}/],
      ['{{if stats}}', /if cannot stand here/],
      ['{{unless}}', /unless cannot stand here/],
      ['{{each pools}}', /each cannot stand here/],
      ['{{with}}', /with cannot stand here/],
      ['{{[if]}}', /if cannot stand here/],
      ['{{#if}}{{/if}}', /if has 0 parameters/],
      ['{{#each}}{{/each}}', /each has 0 parameters/],
      ['{{#if a b}}{{/if}}', /if has 2 parameters/],
      ['{{#lookup pools 0}}{{/lookup}}', /lookup cannot stand here, wanted \{\{lookup/],
      ['{{#servers pools}}{{/servers}}', /servers cannot stand here, wanted \{\{servers/],
      ['{{#with (servers pools)}}{{this}}{{/with}}', /servers cannot stand here/],
      ['{{lookup (if a) 0}}', /if cannot stand here/],
    ]
    for (const [source, message] of sources) {
      t.throws(() => compileTemplate(source), { code: 'invalid-template', message }, source)
    }
  },
)

void t.test('servers takes a pool and nothing else', async t => {
  for (const value of ['"x"', '1', 'null', 'nope', 'this', 'pools', 'frontends.[0]']) {
    t.throws(
      () => textOf(`\n {{servers ${value}}}`),
      {
        code: 'unknown-name',
        message: /^template:2:1: servers has .*, wanted a pool of the model/,
      },
      value,
    )
  }
})

void t.test('server lines stand one below the other', async t => {
  const { text } = compileTemplate('    {{servers (lookup pools 0)}}').render(smallModel)
  t.equal(
    text,
    `    server s1 10.0.0.1:80 weight 100 ${serverOptions}\n` +
      `    server s2 10.0.0.2:80 weight 100 ${serverOptions}\n`,
  )
})

void t.test('a comment prints nothing, and an escaped mustache itself', async t => {
  t.equal(textOf('{{!-- {{{x}}} --}}a \\{{b}}\n'), 'a {{b}}\n')
})

void t.test('the last line always ends', async t => {
  t.equal(textOf('global'), 'global\n')
  t.equal(textOf('global\n'), 'global\n')
  t.equal(textOf(''), '\n')
})

void t.test('a model is checked before it is rendered', async t => {
  t.throws(() => defaultTemplate.render({ ...smallModel, maxConnections: 0 }), {
    code: 'invalid-model',
  })
})

void t.test('rendering does not change the model', async t => {
  const before = structuredClone(smallModel)
  defaultTemplate.render(smallModel)
  t.strictSame(smallModel, before)
})

void t.test('a newline in a value cannot add a line to haproxy.cfg', async t => {
  const hostile = 's1\n  server evil 10.6.6.6:80'
  const servers = [{ name: hostile, address: '10.0.0.1', port: 80, weight: 1 }]
  const pools = smallModel.pools.map(pool => ({ ...pool, servers }))
  t.throws(() => defaultTemplate.render({ ...smallModel, pools }), { code: 'invalid-model' })
})

void t.test('what is rendered carries what HAProxy needs to add a server at run time', async t => {
  const { pools } = defaultTemplate.render(smallModel)
  t.strictSame(pools, [
    {
      name: 'app',
      servers: [
        { name: 's1', address: '10.0.0.1', port: 80, weight: 100, options: serverOptions },
        { name: 's2', address: '10.0.0.2', port: 80, weight: 100, options: serverOptions },
      ],
    },
  ])
})

void t.test('the lines of the servers are found in every case', async t => {
  for (const one of readCases()) {
    const { text, pools, lines } = one.render()
    const wanted = pools.flatMap(pool => pool.servers.map(server => `${pool.name}/${server.name}`))
    t.strictSame(
      lines.map(({ pool, server }) => `${pool}/${server}`).toSorted(),
      wanted.toSorted(),
      one.name,
    )
    const all = text.split('\n')
    for (const { line, server } of lines) t.match(all[line - 1], `  server ${server} `)
  }
})

void t.test('a server line counts only in its own pool, and only as it was written', async t => {
  const { pools } = parseModel(smallModel)
  const [first] = pools[0]?.servers ?? []
  if (!first) throw new Error('the model has no server')
  const line = serverLine(first)
  t.strictSame(managedLines(`backend other\n ${line}\nbackend app\n ${line}\n`, pools), [
    { line: 4, pool: 'app', server: 's1' },
  ])
  t.strictSame(managedLines(`listen app\r\n\t${line}\r\n`, pools), [
    { line: 2, pool: 'app', server: 's1' },
  ])
  t.strictSame(managedLines(`backend app\n # ${line}\n ${line} backup\n`, pools), [])
  t.strictSame(managedLines('', pools), [])
})

void t.test('the default template is a template like any other', async t => {
  t.equal(defaultTemplate.name, 'haproxy.cfg.hbs')
  const again = compileTemplate(defaultTemplateSource)
  t.strictSame(again.render(smallModel), defaultTemplate.render(smallModel))
})

void t.test('an error keeps its cause and its place', async t => {
  const cause = new Error('below')
  const error = new RenderError('unsafe-value', 'No', { place, cause })
  t.match(error, {
    name: 'RenderError',
    code: 'unsafe-value',
    place,
    cause,
    message: 'a.hbs:3:7: No',
  })
  t.notOk('cause' in new RenderError('invalid-model', 'No'))
  const syntax = t.throws(() => compileTemplate('{{'))
  t.ok(syntax instanceof RenderError && syntax.cause instanceof Error)
})
