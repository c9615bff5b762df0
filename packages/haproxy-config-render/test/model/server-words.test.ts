import { parseServerOptions } from 'haproxy-config-text'
import t from 'tap'
import { oppositeOf, tagWords, valuesOf, wordProblem } from '../../src/model/server-words.js'

t.test('a word takes a value exactly where the grammar says so', async t => {
  const words =
    'agent-check check check-sni inter maxconn no-ssl port proto send-proxy set-proxy-v2-tlv-fmt(0x20) sni source ssl verify ws'
  for (const word of words.split(' ')) {
    t.equal(wordProblem(word), undefined, word)
    const [option] = parseServerOptions([word, 'a', 'b'])
    t.equal(valuesOf(word) !== undefined, option?.values.length === 1, word)
  }
})

t.test('a reserved word has its reason, and an unknown one its nearest', async t => {
  t.equal(wordProblem('weight'), 'expected no weight: use the pool’s weight')
  t.match(wordProblem('no-check'), /expected no no-check: the agent needs the check/)
  t.match(wordProblem('resolvers'), /a member has an address/)
  t.equal(wordProblem('verfy'), 'expected a word of a server line (verify?), got "verfy"')
  t.equal(wordProblem('made-up'), 'expected a word of a server line, got "made-up"')
  t.match(wordProblem('maxConn'), /\(maxconn\?\)/)
})

t.test('a switch has an opposite', async t => {
  t.equal(oppositeOf('ssl'), 'no-ssl')
  t.equal(oppositeOf('tlsv12'), 'no-tlsv12')
  t.equal(oppositeOf('no-ssl'), undefined)
  t.equal(oppositeOf('check'), undefined, 'the agent needs the check')
})

t.test(
  'a word from a tag is a word of servers, and names no file, address or certificate',
  async t => {
    for (const word of tagWords.keys()) {
      t.equal(wordProblem(word), undefined, word)
      t.not(valuesOf(word), undefined, word)
      t.notMatch(word, /file|crt|addr|sni|host|verify|cookie|source|resolv|init|check/)
    }
  },
)
