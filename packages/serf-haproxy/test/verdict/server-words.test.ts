import * as fc from 'fast-check'
import { buildModel, compileTemplate } from 'haproxy-config-render'
import { parseSections } from 'haproxy-config-text'
import { effectiveServerOptions } from 'haproxy-config-text/effective'
import t from 'tap'
import { judgeBackend } from '../../src/verdict/judge-backend.js'
import { shownWords } from '../../src/verdict/server-words.js'

/** Words that may be inherited, taken away, or written on a line, with a value for each of two servers' lines. */
const words: readonly string[] = [
  'ssl',
  'no-ssl',
  'verify none',
  'verify required',
  'ca-file "/etc/a b.pem"',
  'sni \'str("a # b")\'',
  'sni str(app.internal)',
  'check-sni app.internal',
  'alpn h2,http/1.1',
  'check-alpn http/1.1',
  'proto h2',
  'send-proxy-v2',
  'no-send-proxy-v2',
  'proxy-v2-options ssl,cert-cn',
  'maxconn 100',
  'maxqueue 0',
  'pool-max-conn -1',
  'pool-purge-delay 10s',
  'inter 1500ms',
  'fall 5',
  'agent-check',
  'no-agent-check',
  'agent-port 9000',
  'agent-send hello\\ there',
  'source 10.0.0.9:1024-2048',
  'source 10.0.0.9 interface lo',
  'on-marked-down shutdown-sessions',
  'no-ssl-reuse',
  'ssl-reuse',
  'no-tls-tickets',
  'no-tlsv10',
  'non-stick',
  'stick',
  'check',
  'no-check',
  'tfo',
  'weight 7',
  'cookie old',
]

/** Words that only a member's line has, or has with another value than the server's. */
const agents =
  /^(?:check|inter|fastinter|downinter|fall|rise|observe|error-limit|on-error|weight|cookie)$/
/** Words that the agent adds for the health check. */
const added = /^check-(?:alpn|sni)$/

/** Returns the options of the first server line of the section `web`. */
function optionsOf(text: string): ReadonlyMap<string, string> {
  const section = parseSections(text).find(({ name }) => name === 'web')
  const server = section?.directives.find(({ words: [keyword] }) => keyword === 'server')
  if (!section || !server) throw new Error('there is no server')
  const options = effectiveServerOptions(section, server)
  return new Map(options.map(({ keyword, values }) => [keyword, values.join('\n')]))
}

t.test('members have the words of the servers that they replace', async t => {
  const some = fc.uniqueArray(fc.constantFrom(...words), { maxLength: 8 })
  let turnedOver = 0
  fc.assert(
    fc.property(some, some, some, (first, second, own) => {
      const head = `defaults\nmode http\ndefault-server ${first.join(' ')}\nbackend web\ndefault-server ${second.join(' ')}\n`
      const text = `${head}server a 10.0.0.1:80 ${own.join(' ')}\n`
      const sections = parseSections(text)
      const section = sections.find(({ name }) => name === 'web')
      const verdict = section && judgeBackend(section, sections, undefined)
      if (verdict?.kind !== 'turned-over') return
      turnedOver++
      const { pool } = verdict
      const members = [{ name: 'm', address: '10.0.0.7', tags: { role: 'web' } }]
      const policy = { runtimeSocket: '/run/a', frontends: [], pools: [pool] }
      const { model } = buildModel(members, policy)
      const rendered = compileTemplate(`${head}{{servers "web"}}\n`).render(model)
      const [wanted, got] = [optionsOf(text), optionsOf(rendered.text)]
      for (const [word, value] of wanted)
        if (!agents.test(word)) t.equal(got.get(word), value, `${text}${rendered.text}`)
      for (const word of got.keys())
        if (!agents.test(word) && !added.test(word)) t.ok(wanted.has(word), `${word}\n${text}`)
      for (const word of ['inter', 'fall'])
        if (wanted.has(word)) t.equal(got.get(word), wanted.get(word), word)
    }),
    { numRuns: 200 },
  )
  t.ok(turnedOver > 80, `${turnedOver} of 200`)
})

t.test('words are shown as a server line has them', async t => {
  const words = { ssl: true, 'ssl-reuse': false, sni: 'str("a b")', source: '10.0.0.1 interface x' }
  t.equal(
    shownWords({ ...words, maxconn: 5, cookie: 'name' }),
    `ssl no-ssl-reuse sni "str(\\"a b\\")" source 10.0.0.1 interface x maxconn 5 cookie with the member's name`,
  )
})
