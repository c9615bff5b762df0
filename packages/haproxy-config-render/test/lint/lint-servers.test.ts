import t from 'tap'
import { lintConfiguration } from '../../src/lint/lint-configuration.js'
import { clean, found } from './clean-configuration.js'

const server = 'server s1 10.0.0.1:80 check'
/** The findings with these lines instead of the server. */
const withLines = (...lines: readonly string[]) => found(clean.replace(server, lines.join('\n  ')))

t.test('a check may come from default-server above the line', async t => {
  const bare = 'server a 10.0.0.1:80'
  t.strictSame(withLines('default-server check inter 3s', bare), [])
  t.strictSame(withLines(bare, 'default-server check'), ['unchecked-server 18'])
  t.strictSame(withLines('default-server check', `${bare} no-check`), ['unchecked-server 19'])
  t.strictSame(withLines('default-server check', 'default-server no-check', bare), [
    'unchecked-server 20',
  ])
  const inDefaults = clean.replace('frontend', 'default-server check\nfrontend')
  t.strictSame(found(inDefaults.replace(server, bare)), [])
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
