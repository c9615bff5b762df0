import t from 'tap'
import { lintConfiguration } from '../../src/lint/lint-configuration.js'
import { clean, found } from './clean-configuration.js'

const server = 'server s1 10.0.0.1:80 check'
/** The findings with these lines instead of the server. */
const withLines = (...lines: readonly string[]) =>
  found(clean.replace(server, lines.join('\n  '))).filter(
    text => !text.startsWith('default-server'),
  )

t.test('a check may come from default-server above the line', async t => {
  const bare = 'server a 10.0.0.1:80'
  t.strictSame(withLines('default-server check inter 3s', bare), [])
  t.strictSame(withLines(bare, 'default-server check'), ['unchecked-server 18'])
  t.strictSame(withLines('default-server check', `${bare} no-check`), ['unchecked-server 19'])
  t.strictSame(withLines('default-server check', 'default-server no-check', bare), [
    'unchecked-server 20',
  ])
  const inDefaults = clean.replace('frontend', 'default-server check\nfrontend')
  t.strictSame(found(inDefaults.replace(server, bare)), ['default-server 13'])
})

t.test('words are read by their place', async t => {
  t.strictSame(withLines('server check 10.0.0.1:80'), ['unchecked-server 18'])
  t.strictSame(withLines('server a 10.0.0.1:80 cookie check'), ['unchecked-server 18'])
  t.strictSame(withLines('server-template check 1-2 10.0.0.1:80'), ['unchecked-server 18'])
  t.strictSame(withLines('server-template a 1-2 10.0.0.1:80 check'), [])
})

t.test('a tracked server is checked, and an agent check is another thing', async t => {
  t.strictSame(withLines(server, 'server a 10.0.0.2:80 track s1'), [])
  const agent = clean.replace(server, 'server a 10.0.0.1:80 agent-check agent-port 9')
  t.match(lintConfiguration(agent), [
    {
      code: 'unchecked-server',
      message: /has an agent check and no health check: HAProxy ignores/,
    },
  ])
})

t.test('words of default-server that each server line has too are no problem', async t => {
  const both = clean.replace(server, `default-server check inter 3s\n  ${server} inter 1s`)
  t.strictSame(found(both), [])
  const ssl = both.replace('inter 3s', 'inter 3s ssl verify none')
  t.match(lintConfiguration(ssl), [
    {
      code: 'default-server',
      line: 18,
      message: /added to backend app at run time lacks "ssl verify none" of default-server/,
      remedy: /^add "ssl verify none" to the pool's serverOptions, .* at line 18$/,
    },
  ])
})

t.test('a backend without servers has no finding: their words are not known', async t => {
  t.strictSame(found(clean.replace(server, 'default-server sni str(a)')), [])
})

t.test('one finding names the backends that share a default-server', async t => {
  const text = clean.replace('frontend', 'default-server sni str(a)\nfrontend')
  t.match(lintConfiguration(`${text}backend b\n  server s2 10.0.0.2:80 check\n`), [
    { line: 13, message: /added to backend app and backend b at run time/ },
  ])
})
