import t from 'tap'
import { compileTemplate } from '../src/template/compile-template.js'
import { defaultTemplate } from '../src/template/default-template.js'
import {
  afterText,
  lineStart,
  listEntry,
  type OutputContext,
} from '../src/template/output-context.js'
import { printedValue } from '../src/template/printed-value.js'
import { parseModel } from '../src/model/parse-model.js'
import { RenderError } from '../src/render-error.js'
import { serverChecks } from '../src/template/server-line.js'
import { readCases, smallModel } from './cases.js'

const place = { file: 'a.hbs', line: 3, column: 7 }

/** The context behind a text at the beginning of a line. */
const behind = (text: string): OutputContext => afterText(lineStart, text)
const printed = (value: unknown, text = 'description ') => printedValue(value, behind(text), place)

const modelWith = (values: object) => parseModel({ ...smallModel, values })
function textOf(source: string, values: object = {}): string {
  return compileTemplate(source).render(modelWith(values)).text
}

/** Which pools are managed, and the lines of their servers. */
function managed(source: string) {
  const { pools, lines } = compileTemplate(source).render(smallModel)
  return [pools.map(({ name }) => name), lines.map(({ line, server }) => `${line} ${server}`)]
}

t.test('each case gives its expected bytes', async t => {
  const cases = readCases()
  t.ok(cases.length >= 40)
  for (const one of cases) t.equal(one.render().text, one.wanted, one.name)
})

t.test('a word is quoted only where it has to be', async t => {
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
  for (const [value, word] of words) t.equal(printed(value), word, String(value))
})

t.test('what no quoting can hold is refused everywhere, with its place', async t => {
  const controls = Array.from({ length: 32 }, (_, i) => `a${String.fromCharCode(i)}b`)
  for (const text of ['description ', 'description "', `description '`, '# ', 'a b(']) {
    for (const value of [...controls, 'a\r\nb', '\u007f', '\u0085', '\n', 'x\n']) {
      t.throws(
        () => printed(value, text),
        { code: 'unsafe-value', place, message: /^a\.hbs:3:7: .*expected no control character/ },
        JSON.stringify([text, value]),
      )
    }
  }
  for (const value of [null, {}, [], ['a'], Number.NaN, Infinity, undefined, 1n, () => 'a']) {
    t.throws(
      () => printed(value),
      { name: 'RenderError', code: 'unsafe-value', wanted: 'a text or a number' },
      typeof value,
    )
  }
})

t.test('an empty word is refused: HAProxy passes over what follows it', async t => {
  t.throws(() => printed(''), { code: 'unsafe-value', message: /expected/ })
  t.throws(() => printed('', 'description "'), { code: 'unsafe-value' }, 'in quotes, too')
  t.equal(printed('', 'description "x '), '', 'beside something else it is none')
  t.equal(printed('', '# '), '')
})

t.test('a long value that is refused is told in part', async t => {
  const error = t.throws(() => printed(`${'x'.repeat(10_000_000)}\n`))
  t.ok(error instanceof Error && error.message.length < 300)
})

t.test('a value is escaped for where it stands', async t => {
  const hostile = `a "b" 'c' # \${HOME} \\ d`
  const places: readonly (readonly [string, string])[] = [
    ['description ', `'a "b" '\\''c'\\'' # \${HOME} \\ d'`],
    ['description x-', `'a "b" '\\''c'\\'' # \${HOME} \\ d'`],
    ['description "x ', `"'a "b" '\\''c'\\'' # \${HOME} \\ d'"`],
    [`description 'x `, `a "b" '\\''c'\\'' # \${HOME} \\ d`],
    ['description "it\\"s" ', `'a "b" '\\''c'\\'' # \${HOME} \\ d'`],
    ['mode http # ', hostile],
  ]
  for (const [text, wanted] of places) t.equal(printed(hostile, text), wanted, text)
})

t.test('a value cannot be more than a value where it stands', async t => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['backend ', 'two words', /expected a name of/],
    ['  server ', '-f', /expected a name of/],
    ['  server x', 'a b', /expected characters of a name/],
    ['http-request set-header X ', '%[env(HOME)]', /expected no %.*\{\{logFormat value\}\}/],
    ['log-format "', '%ci', /expected no %/],
    ['acl known src ', '-f', /not a flag or an operator/],
    ['use_backend x if { path ', '}', /not a flag or an operator/],
    ['http-request deny if ', '!x', /not a flag or an operator/],
    ['http-request deny unless a ', 'or', /not a flag or an operator/],
    ['http-request set-header X %[str(', 'a),b(c', /between parentheses/],
    ['http-request set-header X %[str(', 'a b', /between parentheses/],
  ]
  for (const [text, value, message] of refused) {
    t.throws(() => printed(value, text), { code: 'unsafe-value', message }, text + value)
  }
  t.equal(printed('-f', 'description '), '-f')
  t.equal(printed('%[x]', 'acl known path '), '%[x]', 'no log format is read there')
  t.equal(
    textOf('frontend x\n http-request set-header A {{logFormat "5 %"}}\n').slice(-7),
    "'5 %%'\n",
  )
})

t.test('a list has no quotes, so white space is refused there', async t => {
  const list = compileTemplate(
    '{{#each pools}}\n{{#each servers}}\n{{address}} {{../name}}\n{{/each}}\n{{/each}}\n',
    { format: 'list' },
  )
  t.equal(list.render(smallModel).text, '10.0.0.1 app\n10.0.0.2 app\n')
  for (const value of ['a b', '#a', '', 'a\nb', 'a\u00a0b']) {
    t.throws(() => printedValue(value, listEntry, place), { code: 'unsafe-value' }, value)
  }
})

t.test('whatever a template prints is one word', async t => {
  t.equal(textOf('description {{"two words"}}'), `description 'two words'\n`)
  t.equal(textOf('x {{#with "a # b"}}{{this}}{{/with}}'), `x 'a # b'\n`)
  t.equal(textOf('x {{lookup (lookup pools 0) "name"}} {{1}} {{true}}'), 'x app 1 true\n')
  t.equal(
    textOf('x {{#each pools}}{{name}} {{../maxConnections}} {{@index}}{{/each}}'),
    'x app 1000 0\n',
  )
  t.equal(textOf(`x {{'#if'}} {{[maxConnections]}} {{this.maxConnections}}`), `x '#if' 1000 1000\n`)
})

t.test('a value that is no word stops the rendering, at its place', async t => {
  const sources = ['{{"a\nb"}}', '{{""}}', '{{null}}', '{{pools}}', '{{#if pools}}{{/if}}{{this}}']
  for (const source of sources) {
    const text = `global\n  maxconn ${source}`
    t.throws(() => textOf(text), { code: 'unsafe-value', message: /^template:2:\d+: / }, source)
  }
})

t.test('a name that no model has is refused before anything is rendered', async t => {
  for (const name of ['nope', 'pools.nope', '@nope', '../nope', 'constructor', 'log', 'srvers']) {
    for (const source of [`{{${name}}}`, `{{#if ${name}}}{{/if}}`, `{{eq 1 (size ${name})}}`]) {
      t.throws(
        () => compileTemplate(`a\n  b ${source}`, { name: 'my.hbs' }),
        {
          code: 'unknown-name',
          message: /^my\.hbs:2:\d+: No model has .*: expected one of: .*, got .*/,
        },
        source,
      )
    }
  }
  t.throws(() => compileTemplate('x {{srvers}}'), {
    message: /expected one of: servers, got srvers$/,
  })
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
  t.throws(() => textOf('x {{lookup pools 7}}'), { code: 'unknown-name' })
  t.throws(() => textOf('{{#each stats}}{{/each}}'), {
    code: 'unknown-name',
    message: /template:1:1: each has nothing to go through: expected a list, got nothing/,
  })
  t.equal(textOf('x{{#if stats}} {{stats.port}}{{/if}}'), 'x\n', 'it may be asked for')
})

t.test('what a template may not do is refused before it is rendered, at its place', async t => {
  const sources: readonly (readonly [string, string, RegExp])[] = [
    ['x {{{name}}}', 'raw-output', /expected two braces/],
    ['x {{&name}}', 'raw-output', /expected two braces/],
    ['{{#each pools}}x {{{name}}}{{/each}}', 'raw-output', /expected two braces/],
    ['x {{shout name}}', 'unknown-helper', /no helper shout: expected one of: if, .*logFormat$/],
    ['x {{name x=1}}', 'unknown-helper', /no helper name:/],
    ['x {{eq 1 2 x=1}}', 'invalid-template', /eq takes no name=value/],
    ['{{#list}}{{/list}}', 'unknown-helper', /no helper list:/],
    ['x {{lookup (shout name) 0}}', 'unknown-helper', /no helper shout:/],
    ['{{#if (shout name)}}{{/if}}', 'unknown-helper', /no helper shout:/],
    ['x {{log "x"}}', 'unknown-helper', /no helper log:/],
    ['x {{haproxy-print name}}', 'unknown-helper', /no helper haproxy-print: expected one of: if/],
    ['{{#haproxy-print name}}{{/haproxy-print}}', 'unknown-helper', /no helper haproxy-print:/],
    ['{{{{raw}}}} {{{{/raw}}}}', 'unknown-helper', /no helper raw:/],
    ['{{#> part}}{{/part}}', 'invalid-template', /Partial blocks/],
    ['{{* mark}}', 'invalid-template', /Decorators/],
    ['{{#*inline "a"}}{{/inline}}', 'invalid-template', /Decorators/],
    ['{{#if a}}', 'invalid-template', /syntax error: Expecting .*got 'EOF'/],
    ['{{#if a}}{{/each}}', 'invalid-template', /if doesn't match each/],
    ['{{name', 'invalid-template', /syntax error/],
    ['{{name}} x', 'invalid-template', /reads a keyword: expected a keyword that the.*, got name/],
    ['{{#if stats}}x {{/if}}{{name}}', 'invalid-template', /reads a keyword/],
    ['{{#each pools}}"{{name}} x{{/each}}', 'invalid-template', /ends inside quotes/],
    ['x {{#if stats}}"{{/if}}a', 'invalid-template', /ends inside quotes/],
    ['x {{#if stats}}#{{/if}}a', 'invalid-template', /ends inside quotes/],
    [
      'x {{servers pools.[0]}}',
      'invalid-template',
      /servers writes whole lines: expected it to stand/,
    ],
    ['x \u0001', 'invalid-template', /control character: .*got "\\u0001"/],
  ]
  for (const [source, code, message] of sources) {
    const error = t.throws(() => compileTemplate(`one\n${source}`), { code, message }, source)
    t.match(error, { name: 'RenderError', place: { file: 'template', line: 2 } })
  }
})

t.test('a helper in the wrong place is told how it is written, and is no TypeError', async t => {
  const sources: readonly (readonly [string, RegExp])[] = [
    ['{{lookup}}', /lookup has 0 parameters: expected \{\{lookup value1 value2\}\}/],
    ['{{lookup pools}}', /lookup has 1 parameters/],
    ['{{servers}}', /servers has 0 parameters: expected \{\{servers value1\}\}/],
    ['{{servers pools 8}}', /servers has 2 parameters/],
    ['{{if}}', /if cannot stand here: expected \{\{#if value1\}\} … \{\{\/if\}\}/],
    ['{{if stats}}', /if cannot stand here/],
    ['{{each pools}}', /each cannot stand here/],
    ['{{[if]}}', /if cannot stand here/],
    ['{{#if}}{{/if}}', /if has 0 parameters/],
    ['{{#each}}{{/each}}', /each has 0 parameters/],
    ['{{#if a b}}{{/if}}', /if has 2 parameters/],
    ['{{#lookup pools 0}}{{/lookup}}', /lookup cannot stand here: expected \{\{lookup/],
    ['{{#servers pools}}{{/servers}}', /servers cannot stand here: expected \{\{servers/],
    ['{{#with (servers pools)}}{{this}}{{/with}}', /servers cannot stand here/],
    ['{{lookup (if pools) 0}}', /if cannot stand here/],
    ['{{join (condition this) ","}}', /condition cannot stand here/],
  ]
  for (const [source, message] of sources) {
    t.throws(() => compileTemplate(`x ${source}`), { code: 'invalid-template', message }, source)
  }
})

t.test('helpers compute what a template prints', async t => {
  const values = { a: 1, b: 'x', list: 'p' }
  const expressions: readonly (readonly [string, string])[] = [
    ['eq values.a 1', 'true'],
    ['eq values.a "1"', 'false'],
    ['ne values.b "x"', 'false'],
    ['lt 2 10', 'true'],
    ['lt "2" "10"', 'false'],
    ['gt 10 2', 'true'],
    ['and values.a (eq 1 1)', 'true'],
    ['and values.a pools.[0].sticky', 'false'],
    ['or pools.[0].sticky values.a', 'true'],
    ['not stats', 'true'],
    ['default values.nope "d"', 'd'],
    ['default values.b "d"', 'x'],
    ['join (range 1 3) ","', '1,2,3'],
    ['concat "x" (join (range 3 1) ",")', 'x'],
    ['join (sort (range 9 11)) "-"', '9-10-11'],
    ['join (pluck (sort pools.[0].servers "port") "name") "+"', 's1+s2'],
    ['size pools', '1'],
    ['size values.b', '1'],
    ['concat "a" 1 true', 'a1true'],
    ['lower "ABC"', 'abc'],
    ['upper values.b', 'X'],
    ['isIPv4 "10.0.0.1"', 'true'],
    ['isIPv6 "::1"', 'true'],
    ['isIPv6 "host"', 'false'],
    ['inCidr "10.1.2.3" "10.0.0.0/8"', 'true'],
    ['inCidr "fd00::1" "10.0.0.0/8"', 'false'],
    ['inCidr "host" "10.0.0.0/8"', 'false'],
    ['lookup "text" "length"', ''],
  ]
  for (const [expression, wanted] of expressions) {
    const source = `description "{{${expression}}}"`
    if (wanted === '') t.throws(() => textOf(source, values), { code: 'unknown-name' })
    else
      t.equal(textOf(source, values), `description "${wanted.replaceAll("'", '')}"\n`, expression)
  }
})

t.test('a helper that cannot use its parameter says where and why', async t => {
  const sources: readonly (readonly [string, RegExp])[] = [
    ['range "a" 3', /range cannot use its parameter: expected two whole numbers, got \[ 'a', 3 \]/],
    ['range 1 99999999', /expected at most 10000 numbers/],
    ['join "abc" ","', /join cannot use its parameter: expected a list, got "abc"/],
    ['concat pools "a"', /concat .*expected a text or a number/],
    ['inCidr "10.0.0.1" "10.0.0.0/99"', /expected a network/],
    ['condition stats', /expected a route/],
    ['size 7', /expected a list/],
  ]
  for (const [source, message] of sources) {
    const text = `a\n x {{${source}}}`
    t.throws(() => textOf(text), { code: 'unsafe-value', message, place: { line: 2 } }, source)
  }
})

t.test('servers takes a pool and nothing else', async t => {
  for (const value of ['"x"', '1', 'null', 'this.stats', 'pools', 'frontends.[0]']) {
    t.throws(
      () => textOf(`\n {{servers ${value}}}`),
      {
        code: 'unknown-name',
        message: /^template:2:2: servers has no pool: expected a pool.*, got .*/,
      },
      value,
    )
  }
})

t.test('server lines stand one below the other', async t => {
  const { text } = compileTemplate('    {{servers (lookup pools 0)}}').render(smallModel)
  t.equal(
    text,
    `    server s1 10.0.0.1:80 weight 100 ${serverChecks}\n` +
      `    server s2 10.0.0.2:80 weight 100 ${serverChecks}\n`,
  )
  t.equal(
    compileTemplate('a\n{{#each pools}}\n  {{servers this}}\n{{/each}}\nb\n').render(
      parseModel({ ...smallModel, frontends: [], pools: [{ name: 'none', servers: [] }] }),
    ).text,
    'a\nb\n',
    'an empty pool leaves no line behind',
  )
})

t.test('a partial that cannot be put in is refused', async t => {
  const partials = { a: 'x\n{{> b}}\n', b: '{{> a}}\n', bad: 'x {{{name}}}\n', broken: '{{#if}' }
  const sources: readonly (readonly [string, RegExp])[] = [
    ['{{> nope}}', /^main:1:1: There is no such partial: expected a, b, bad, broken, got nope/],
    ['{{> (lookup . "x")}}', /no such partial: .*got an expression/],
    ['{{> a name=1}}', /takes a context and nothing else/],
    ['{{> a}}', /^b:1:1: The partial a calls itself: main → a → b → a/],
    ['  {{> bad}}', /^bad:1:3: Raw output/],
    ['{{> broken}}', /^broken:1:1: The template has a syntax error/],
  ]
  for (const [source, message] of sources) {
    t.throws(() => compileTemplate(source, { name: 'main', partials }), { message }, source)
  }
  t.throws(() => compileTemplate('{{> a}}'), { message: /because none is given/ })
})

t.test('a comment prints nothing, and an escaped mustache itself', async t => {
  t.equal(textOf('{{!-- {{{x}}} --}}a \\{{b}}\n'), 'a {{b}}\n')
})

t.test('the last line always ends', async t => {
  t.equal(textOf('global'), 'global\n')
  t.equal(textOf('global\n'), 'global\n')
  t.equal(textOf(''), '\n')
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

t.test('what is rendered carries what HAProxy needs to add a server at run time', async t => {
  const [pool] = smallModel.pools
  const servers = [
    ...(pool?.servers ?? []),
    { name: 's3', address: 'fd00::3', port: 80, weight: 1, backup: true, slowStartMs: 500 },
  ]
  const model = parseModel({ ...smallModel, pools: [{ ...pool, servers }] })
  const { pools, text } = defaultTemplate.render(model)
  const options = `${serverChecks} slowstart 500ms backup`
  t.strictSame(pools, [
    {
      name: 'app',
      servers: [
        { name: 's1', address: '10.0.0.1', port: 80, weight: 100, options: serverChecks },
        { name: 's2', address: '10.0.0.2', port: 80, weight: 100, options: serverChecks },
        { name: 's3', address: 'fd00::3', port: 80, weight: 1, options },
      ],
    },
  ])
  t.match(text, `server s3 [fd00::3]:80 weight 1 ${options}\n`)
})

t.test('a pool is managed where servers wrote it into its own section, and only there', async t => {
  const block = '{{servers pools.[0]}}'
  t.strictSame(managed(`backend app\n ${block}`), [['app'], ['2 s1', '3 s2']])
  t.strictSame(managed(`listen app\n ${block}`), [['app'], ['2 s1', '3 s2']])
  t.strictSame(managed(`backend other\n ${block}`), [[], []])
  t.strictSame(managed(`backend app\nfrontend x\n ${block}`), [[], []])
  t.strictSame(managed('backend app\n server s1 10.0.0.1:80'), [[], []])
})

t.test('each line knows its template line, and whose it is', async t => {
  const partials = { one: '# of {{name}}\nserver {{name}} {{address}}:{{port}}\n' }
  const source = [
    'global',
    '  maxconn {{maxConnections}}',
    '{{! a comment }}',
    '{{#each pools}}',
    '',
    'backend {{name}}',
    '{{#each servers}}',
    '  {{> one}}',
    '{{/each}}',
    '{{/each}}',
    '# end',
  ].join('\n')
  const { text, sourceMap } = compileTemplate(source, { name: 'a.hbs', partials }).render(
    smallModel,
  )
  t.strictSame(
    sourceMap.map(({ template, templateLine, pool, server }, i) =>
      [text.split('\n')[i], `${template}:${templateLine}`, pool, server]
        .filter(Boolean)
        .join(' | '),
    ),
    [
      'global | a.hbs:1',
      '  maxconn 1000 | a.hbs:2',
      'a.hbs:5',
      'backend app | a.hbs:6',
      '  # of s1 | one:1 | app | s1',
      '  server s1 10.0.0.1:80 | one:2 | app | s1',
      '  # of s2 | one:1 | app | s2',
      '  server s2 10.0.0.2:80 | one:2 | app | s2',
      '# end | a.hbs:11',
    ],
  )
})

t.test('every line of every case has its place, and every server line its server', async t => {
  for (const one of readCases()) {
    const { text, sourceMap, lines } = one.render()
    const all = text.split('\n').slice(0, -1)
    t.equal(sourceMap.length, all.length, one.name)
    for (const [i, { line }] of sourceMap.entries())
      if (line !== i + 1) t.fail(`${one.name}: ${line}`)
    for (const { line, server } of lines) t.match(all[line - 1], `server ${server} `)
    for (const [i, line] of all.entries()) {
      const [, name] = /^\s+server (?!slot)(\S+)/.exec(line) ?? []
      if (name !== undefined && sourceMap[i]?.server !== name)
        t.fail(`${one.name}:${i + 1}: ${line}`)
    }
  }
})

t.test('the default template is a template like any other', async t => {
  t.equal(defaultTemplate.name, 'haproxy.cfg.hbs')
  const again = compileTemplate(defaultTemplate.source, { name: defaultTemplate.name })
  t.strictSame(again.render(smallModel), defaultTemplate.render(smallModel))
})

t.test('an error keeps its cause and its place', async t => {
  const cause = new Error('below')
  const error = new RenderError('unsafe-value', 'No', { place, cause, found: 'a', wanted: 'b' })
  t.match(error, {
    name: 'RenderError',
    code: 'unsafe-value',
    place,
    cause,
    found: 'a',
    wanted: 'b',
    message: 'a.hbs:3:7: No: expected b, got a',
  })
  t.notOk('cause' in new RenderError('invalid-model', 'No'))
  const syntax = t.throws(() => compileTemplate('{{'))
  t.ok(syntax instanceof RenderError && syntax.cause instanceof Error)
})
