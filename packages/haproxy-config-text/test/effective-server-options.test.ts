import t from 'tap'
import { effectiveServerOptions } from '../src/effective-server-options.js'
import { parseSections } from '../src/parse-sections.js'

/** The options of the last server line of a text, each as one text. */
function optionsOf(text: string): string[] {
  const section = parseSections(text).at(-1)
  const server = section?.directives.findLast(({ words }) => words[0]?.startsWith('server'))
  if (!section || !server) throw new Error('expected a section with a server')
  return effectiveServerOptions(section, server).map(({ keyword, values }) =>
    [keyword, ...values].join(' '),
  )
}

t.test('options are inherited along the chain of defaults, and the last one wins', async t => {
  const text = `defaults base
  default-server check weight 1 inter 1s
  default-server weight 2
defaults next from base
  default-server weight 3 fall 2
backend b from next
  default-server rise 4
  server s1 192.0.2.1:80 inter 5s
`
  t.same(optionsOf(text), ['check', 'weight 3', 'fall 2', 'rise 4', 'inter 5s'])
})

t.test('a default-server below the server does not count', async t => {
  const section = 'backend b\n  server s1 192.0.2.1:80\n  default-server check\n'
  t.same(optionsOf(section), [])
  t.same(optionsOf('defaults\n  default-server check\nbackend b\n  server s1 192.0.2.1:80\n'), [
    'check',
  ])
})

const taken: Readonly<Record<string, string>> = {
  check: 'no-check',
  'agent-check': 'no-agent-check',
  backup: 'no-backup',
  ssl: 'no-ssl',
  'send-proxy-v2': 'no-send-proxy-v2',
  disabled: 'enabled',
  'non-stick': 'stick',
  'no-ssl-reuse': 'ssl-reuse',
}

for (const [option, negation] of Object.entries(taken)) {
  t.test(`${negation} takes ${option} away, until a later word sets it again`, async t => {
    const backend = `backend b\n  default-server ${option}\n`
    t.same(optionsOf(`${backend}  server s1 192.0.2.1:80 weight 1`), [option, 'weight 1'])
    t.same(optionsOf(`${backend}  server s1 192.0.2.1:80 ${negation}`), [])
    t.same(optionsOf(`${backend}  server s1 192.0.2.1:80 ${negation} ${option}`), [option])
    t.same(optionsOf(`${backend}  server s1 192.0.2.1:80 ${option} ${negation}`), [])
  })
}

t.test('id and guid are not inherited', async t => {
  t.same(
    optionsOf('backend b\n  default-server id 5 guid g check\n  server s1 192.0.2.1:80 id 6'),
    ['check', 'id 6'],
  )
})

t.test('names, addresses and values are no options', async t => {
  t.same(optionsOf('backend b\n  server check backup cookie no-check'), ['cookie no-check'])
  t.same(optionsOf('backend b\n  server-template check 1-3 check backup'), ['backup'])
})

t.test('a section of a peers list has servers too', async t => {
  t.same(optionsOf('peers p\n  default-server ssl\n  server a 192.0.2.1:80 no-ssl check'), [
    'check',
  ])
})

t.test('a section is searched once, however many servers it has', async t => {
  const servers = Array.from({ length: 100 }, (_, i) => `  server s${i} 10.0.0.1:80`)
  const [section] = parseSections(
    ['backend b', '  default-server inter 2s', ...servers, ''].join('\n'),
  )
  if (!section) throw new Error('Expected a section')
  let searches = 0
  const directives = new Proxy(section.directives, {
    get(target, key, receiver) {
      if (key === 'filter') searches++
      return Reflect.get(target, key, receiver) as unknown
    },
  })
  const counted = { ...section, directives }
  for (const directive of section.directives.slice(1))
    t.match(effectiveServerOptions(counted, directive), [{ keyword: 'inter', values: ['2s'] }])
  t.equal(searches, 1)
})
