import t from 'tap'
import { sectionKeywords, splitWords } from 'haproxy-config-text'
import { defaultTemplate } from '../../src/template/default-template.js'
import { lintConfiguration } from '../../src/lint/lint-configuration.js'
import { readCases, smallModel } from '../cases.js'
import { clean, found, without } from './clean-configuration.js'

t.test('nothing is found where nothing is wrong', async t => {
  t.strictSame(found(clean, { openFiles: 4096 }), [])
})

t.test('the default template has no finding, in any case', async t => {
  t.strictSame(lintConfiguration(defaultTemplate.render(smallModel).text, { openFiles: 4096 }), [])
  for (const { name, wanted } of readCases()) {
    if (!wanted.includes('  hard-stop-after 60s\n')) continue
    t.strictSame(lintConfiguration(wanted, { openFiles: 4096 }), [], name)
  }
})

t.test('each finding says what it costs and what to write', async t => {
  const [finding] = lintConfiguration(without('option idle-close-on-response'))
  t.match(finding, {
    message: /a reload cuts idle keep-alive connections of frontend web/,
    remedy: 'add "option idle-close-on-response"',
  })
})

t.test('defaults are those of the section, by name where it names them', async t => {
  const named = clean
    .replace('defaults\n', 'defaults good\n')
    .replace('frontend web\n', 'defaults bare\n  mode http\nfrontend web from good\n')
    .replace('\nbackend app\n', '\nbackend app from good\n')
  t.strictSame(found(named), [])
  t.strictSame(found(named.replace('app from good', 'app')), [
    'missing-timeout 18',
    'missing-timeout 18',
    'missing-redispatch 18',
  ])
})

t.test('words are read as HAProxy reads them', async t => {
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ['  bind  *:80\tssl ', ['bind', '*:80', 'ssl']],
    [`description 'a # "b"'c # rest`, ['description', 'a # "b"c']],
    [`a "b\\" 'c'" \\# d\\ e`, ['a', `b" 'c'`, '#', 'd e']],
    [`a '' ""`, ['a', '', '']],
    ['# nothing', []],
    [`a 'open`, ['a', 'open']],
  ]
  for (const [line, words] of lines) t.strictSame(splitWords(line), words, line)
})

t.test('the lines of each section of HAProxy 2.6 to 3.2 belong to that section', async t => {
  t.ok(sectionKeywords.size >= 20)
  for (const keyword of sectionKeywords.keys()) {
    // In any other section this line is not the server of a backend.
    const text = `${clean}${keyword} other\n  server s2 10.0.0.2:80\n`
    const own = keyword === 'backend' || keyword === 'listen'
    t.strictSame(found(text), own ? ['unchecked-server 20'] : [], keyword)
  }
})

t.test('findings come in the order of their lines', async t => {
  const lines = lintConfiguration(clean.replaceAll(/^  (?:option|timeout) .*\n/gm, '')).map(
    ({ line }) => line,
  )
  t.ok(lines.length > 5)
  t.strictSame(
    lines,
    lines.toSorted((a, b) => a - b),
  )
})

/** Returns the clean configuration with a backend under a condition. */
const withBackend = (condition: string) =>
  `${clean}.if ${condition}\nbackend b\n  server a 10.0.0.2:80\n.endif\n.notice "read"\n`

t.test('only what holds in each branch of a condition is found', async t => {
  const stop = '  hard-stop-after 60s\n'
  const either = clean.replace(stop, `.if feature(X)\n${stop}.else\n${stop}.endif\n`)
  t.strictSame(found(either), [])
  t.strictSame(found(clean.replace(stop, `.if version_atleast(9.9)\n${stop}.endif\n`)), [])
  t.strictSame(found(clean.replace(stop, `.if 0\n${stop}.endif\n`)), ['missing-hard-stop 1'])
  t.strictSame(found(withBackend('feature(X)')), [])
  t.strictSame(found(withBackend('1')), ['unchecked-server 21'])
})

t.test('a shared setting is found on those proxies that lack it in each branch', async t => {
  const text = `${without('option redispatch 1')}.if feature(X)\n  option redispatch\n.endif\nbackend b\n`
  t.match(lintConfiguration(text), [{ line: 21, message: /^in backend b a request/ }])
})

t.test('a listen section is a frontend and a backend at once', async t => {
  const text = `global
  stats socket /run/x.sock level admin
  hard-stop-after 60s
defaults base
  mode http
  timeout client 1s
defaults next from base
  timeout server 1s
listen web from next
  bind :80
  server a 10.0.0.1:80
`
  t.match(lintConfiguration(text), [
    { code: 'missing-timeout', line: 9, message: /^without a timeout http-request in listen web/ },
    { code: 'missing-timeout', line: 9, message: /^without a timeout connect in listen web/ },
    { code: 'missing-idle-close', line: 9 },
    { code: 'missing-redispatch', line: 9 },
    { code: 'unchecked-server', line: 11 },
  ])
})
