import t from 'tap'
import { splitWords } from 'haproxy-config-text'
import { defaultTemplate } from '../src/template/default-template.js'
import { lintConfiguration } from '../src/lint/lint-configuration.js'
import type { LintOptions } from '../src/lint/lint-rule.js'
import { readCases, smallModel } from './cases.js'

const clean = `global
  stats socket /run/x.sock mode 600 level admin
  hard-stop-after 60s
  maxconn 1000
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
  timeout http-request 1s
  option idle-close-on-response
  option redispatch 1
frontend web
  bind *:80
  default_backend app
backend app
  balance roundrobin
  server s1 10.0.0.1:80 check
`

const found = (text: string, surroundings?: LintOptions) =>
  lintConfiguration(text, surroundings).map(({ code, line }) => `${code} ${line}`)
const without = (line: string) => clean.replace(`  ${line}\n`, '')

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

t.test('each fault has its code and line', async t => {
  const faults: readonly (readonly [string, readonly string[], LintOptions?])[] = [
    [without('timeout connect 1s'), ['missing-timeout 15']],
    [without('timeout client 1s'), ['missing-timeout 12']],
    [without('timeout server 1s'), ['missing-timeout 15']],
    [without('timeout http-request 1s'), ['missing-timeout 12']],
    [without('option idle-close-on-response'), ['missing-idle-close 12']],
    [without('option redispatch 1'), ['missing-redispatch 15']],
    [without('hard-stop-after 60s'), ['missing-hard-stop 1']],
    [without('stats socket /run/x.sock mode 600 level admin'), ['missing-admin-socket 1']],
    [clean.replace('roundrobin', 'source'), ['static-balance 17']],
    [clean.replace('roundrobin', 'static-rr'), ['static-balance 17']],
    [clean.replace('roundrobin', 'hdr(host)'), ['static-balance 17']],
    [clean.replace('roundrobin', 'source\n  hash-type consistent'), []],
    [clean.replace('roundrobin', 'source'), [], { managed: ['other'] }],
    [clean.replace('balance', 'default-server inter 1s\n  balance'), ['default-server 17']],
    [clean.replace(' check', ''), ['unchecked-server 18']],
    [clean.replace(' check', ' check on-marked-down shutdown-sessions'), ['cuts-retries 18']],
    [clean, ['too-many-connections 4'], { openFiles: 1024 }],
    [`${clean}frontend b\n  bind 0.0.0.0:80\n`, ['clashing-bind 20']],
    [`${clean}frontend b\n  bind :81,:80\n`, ['clashing-bind 20']],
    [`${clean}frontend b\n  bind 127.0.0.1:80\n  mode tcp\n`, []],
    ['', ['missing-hard-stop 1', 'missing-admin-socket 1']],
  ]
  for (const [text, wanted, surroundings] of faults) {
    t.strictSame(found(text, surroundings), wanted, text.slice(-60))
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
