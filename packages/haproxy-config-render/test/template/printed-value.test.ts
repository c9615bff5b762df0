import t from 'tap'
import { compileTemplate } from '../../src/template/compile-template.js'
import {
  afterText,
  lineStart,
  listEntry,
  type OutputContext,
} from '../../src/template/output-context.js'
import { printedValue } from '../../src/template/printed-value.js'
import { renderSource, smallModel } from '../cases.js'

const place = { file: 'a.hbs', line: 3, column: 7 }

/** The context behind a text at the beginning of a line. */
const behind = (text: string): OutputContext => afterText(lineStart, text)
const printed = (value: unknown, text = 'description ') => printedValue(value, behind(text), place)

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
      { name: 'RenderError', code: 'unsafe-value', expected: 'a text or a number' },
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
    ['mailers ', 'two words', /expected a name of/],
    ['fcgi-app ', 'a/b', /expected a name of/],
    ['log-forward ', '%x', /expected a name of/],
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
    renderSource('frontend x\n http-request set-header A {{logFormat "5 %"}}\n').slice(-7),
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
