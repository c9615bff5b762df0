import t from 'tap'
import { configurationLines } from '../src/configuration-lines.js'

const text = `# before any section
global
  maxconn 100

backend "web servers"   # quoted
\tserver s1 192.0.2.1:80
  # a comment
listen stats from base
bind :1936
`

t.test('each line that HAProxy reads comes with its number and section', async t => {
  const web = { kind: 'backend', name: 'web servers', line: 5 }
  t.same(
    configurationLines(text).map(({ line, keyword, section }) => [line, keyword, section?.name]),
    [
      [2, 'global', ''],
      [3, 'maxconn', ''],
      [5, 'backend', 'web servers'],
      [6, 'server', 'web servers'],
      [8, 'listen', 'stats'],
      [9, 'bind', 'stats'],
    ],
  )
  t.match(configurationLines(text)[3], { text: 'server s1 192.0.2.1:80', section: web })
})

t.test('indentation does not matter, and a quoted keyword is a keyword', async t => {
  const [, server, ring] = configurationLines(`  backend a\nserver s1 192.0.2.1:80\n"ring" r`)
  t.match(server, { section: { kind: 'backend', name: 'a' } })
  t.match(ring, { keyword: 'ring', section: { kind: 'ring', name: 'r', line: 3 } })
})

t.test('lines before the first section have none', async t => {
  t.match(configurationLines('.notice "hello"'), [{ keyword: '.notice', section: undefined }])
})

t.test(
  'the lines of a section that is newer than 2.6 are not those of the backend before',
  async t => {
    for (const kind of ['crt-store', 'log-profile', 'traces', 'acme']) {
      const lines = configurationLines(`backend a\n${kind} x\n  server s1 192.0.2.1:80`)
      t.match(lines.at(-1), { section: { kind } })
    }
  },
)
