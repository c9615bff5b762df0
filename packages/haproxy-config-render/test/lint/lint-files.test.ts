import * as fc from 'fast-check'
import t from 'tap'
import { lintConfiguration } from '../../src/lint/lint-configuration.js'
import { lintFiles } from '../../src/lint/lint-files.js'
import { clean } from './clean-configuration.js'

/** Lints texts as files `1.cfg`, `2.cfg` … */
const lint = (...texts: readonly string[]) =>
  lintFiles(texts.map((text, i) => ({ file: `${i + 1}.cfg`, text })))

/** Findings as `file:line level code`. */
const shown = (...texts: readonly string[]) =>
  lint(...texts).map(({ file, line, level, code }) => `${file}:${line} ${level} ${code}`)

t.test('one file has the findings of its text, with its name', async t => {
  const text = clean.replace(/^.*hard-stop-after.*\n/m, '')
  t.same(
    lint(text),
    lintConfiguration(text).map(finding => ({ ...finding, file: '1.cfg' })),
  )
  t.same(lint(clean), [])
})

t.test('defaults and global of a file apply to the files after it', async t => {
  const at = clean.search(/^(?:frontend|backend|listen)/m)
  t.same(shown(clean.slice(0, at), clean.slice(at)), [])
  t.not(shown(clean.slice(at), clean.slice(0, at)).length, 0)
})

const backend = (name: string) => `\n# more\nbackend ${name}\n  server s1 10.0.0.1:80\n`

t.test('findings have the lines of their files, in the order of the files', async t => {
  t.match(shown(clean, backend('one'), '', backend('two')), [
    /^2\.cfg:4 warning unchecked-server$/,
    /^4\.cfg:4 warning unchecked-server$/,
  ])
})

t.test('a message about another line names its file', async t => {
  const listener = 'frontend more\n  bind 127.0.0.1:81\n  default_backend x\n'
  const [finding] = lint(clean, listener, `\n${listener.replace('more', 'again')}`).filter(
    ({ code }) => code === 'clashing-bind',
  )
  t.match(finding, { file: '3.cfg', line: 3, level: 'error', message: /at 2\.cfg:2: connections/ })
})

t.test('lines before the first section of a file belong to no section', async t => {
  const stray = '# comment\n.if 1\n.endif\n  bind 127.0.0.1:80\n  more\n'
  t.same(shown(clean, stray), ['2.cfg:4 error outside-section'])
  t.same(shown(clean, '.notice "hello"\n\n'), [])
})

t.test('a file whose last line has no newline is an error of that line', async t => {
  t.same(shown(clean.trimEnd()), [`1.cfg:${clean.split('\n').length - 1} error missing-newline`])
  t.same(shown(clean, '# end'), ['2.cfg:1 error missing-newline'])
  t.same(shown(clean, ''), [])
})

t.test('any text of any number of files gives findings in its lines', async t => {
  const words = [
    ...'\n \t#"\'\\.'.split(''),
    '\n',
    '\n',
    'global',
    'backend',
    'defaults',
    'bind :80',
  ]
  const more = [
    'listen a',
    'server s 1:1',
    '.if',
    '.else',
    '.endif',
    'from x',
    'no',
    '\0',
    'é',
    '\r\n',
  ]
  const text = fc
    .array(fc.constantFrom(...words, ...more), { maxLength: 40 })
    .map(all => all.join(''))
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), texts => {
      for (const { file, line } of lint(...texts)) {
        const found = texts[Number.parseInt(file, 10) - 1]
        t.ok(found !== undefined && line >= 1 && line <= Math.max(1, found.split('\n').length))
      }
    }),
    { numRuns: 300 },
  )
})
