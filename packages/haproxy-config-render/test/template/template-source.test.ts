import t from 'tap'
import { compileTemplate } from '../../src/template/compile-template.js'
import { smallModel } from '../cases.js'

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

t.test('an unclosed block is reported on the last line, not after it', async t => {
  t.throws(() => compileTemplate('global\n{{#if stats}}\n\n\n', { name: 'a.hbs' }), {
    code: 'invalid-template',
    place: { file: 'a.hbs', line: 2 },
  })
})

t.test('Windows line ends count as one line end', async t => {
  t.throws(() => compileTemplate('global\r\n  maxconn {{nope}}\r\n'), {
    code: 'unknown-name',
    place: { line: 2, column: 13 },
  })
})

t.test('a byte order mark at the head of a template or partial is not printed', async t => {
  const partials = { limits: '\ufeff  maxconn 10\n' }
  const { render } = compileTemplate('\ufeffglobal\n{{> limits}}\n', { partials })
  t.equal(render(smallModel).text, 'global\n  maxconn 10\n')
  t.throws(() => compileTemplate('\ufeff{{nope}}'), {
    code: 'unknown-name',
    place: { line: 1, column: 3 },
  })
})
