import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { parseServerOptions, splitWords } from 'haproxy-config-text'
import t from 'tap'
import { tagWords } from '../../src/model/server-words.js'
import { defaultTemplate } from '../../src/template/default-template.js'
import {
  ownWords,
  serverField,
  sharedWords,
  type ServerWords,
} from '../../src/pools/server-field.js'
import { hostileText } from '../hostile-members.js'
import { member, modelOf, serversOf, web } from './web-members.js'

const problem = (words: object) => {
  const issue = serverField.safeParse(words).error?.issues[0]
  return issue && `${issue.path.join('.')}: ${issue.message}`
}

t.test('words become text: bare, with their value, or taken away', async t => {
  const words = {
    ssl: true,
    verify: 'required',
    'ca-file': '/etc/ssl/ca.pem',
    sni: 'str(example.org)',
    alpn: 'h2,http/1.1',
    'tls-tickets': false,
    maxconn: 100,
    source: '127.0.0.1 interface lo',
    'agent-send': 'a "b" # c',
    maxqueue: { tag: 'queue', default: 9 },
    cookie: 'name',
  }
  t.equal(problem(words), undefined)
  t.equal(
    sharedWords(words),
    'ssl verify required ca-file /etc/ssl/ca.pem sni str(example.org) alpn h2,http/1.1 ' +
      'no-tls-tickets maxconn 100 source 127.0.0.1 interface lo ' +
      String.raw`agent-send a\ \"b\"\ \#\ c check-alpn http/1.1 check-sni example.org`,
  )
  t.equal(
    ownWords(words, 's1', () => undefined),
    'maxqueue 9 cookie s1',
  )
  t.equal(
    ownWords(words, 's1', () => '7'),
    'maxqueue 7 cookie s1',
  )
  t.match(
    ownWords(words, 's1', () => '0'),
    { tag: 'queue', got: '0', wanted: /from 1 to/ },
  )
})

t.test('a server that takes HTTP/2 is checked with an ALPN of the check', async t => {
  t.equal(sharedWords({ alpn: 'h2' }), 'alpn h2 check-alpn h2')
  t.equal(sharedWords({ alpn: 'http/1.1' }), 'alpn http/1.1')
  t.equal(sharedWords({ alpn: 'h2', 'check-alpn': 'x' }), 'alpn h2 check-alpn x')
  t.equal(sharedWords({ alpn: 'h2', 'check-proto': 'h2' }), 'alpn h2 check-proto h2')
})

t.test('a server with one name is checked with that name', async t => {
  t.equal(sharedWords({ sni: 'str(a.example)' }), 'sni str(a.example) check-sni a.example')
  t.equal(sharedWords({ sni: 'req.hdr(host)' }), 'sni req.hdr(host)')
  t.equal(sharedWords({ sni: 'str(a)', 'check-sni': 'b' }), 'sni str(a) check-sni b')
})

t.test('a wrong word or value is told where it is wrong', async t => {
  const faults: readonly (readonly [object, string | RegExp])[] = [
    [{ weight: 3 }, 'weight: expected no weight: use the pool’s weight'],
    [{ check: false }, 'check: expected true: HAProxy has no word no-check'],
    [{ verfy: 'none' }, 'verfy: expected a word of a server line (verify?), got "verfy"'],
    [{ verify: 'no' }, 'verify: expected none or required'],
    [{ verify: true }, 'verify: expected none or required'],
    [{ maxconn: false }, 'maxconn: expected a number from 0 to 2147483647'],
    [{ maxconn: 1.5 }, /maxconn: expected a number/],
    [{ ssl: 'yes' }, 'ssl: expected true or false: ssl has no value'],
    [{ inter: '2 s' }, 'inter: expected a time such as 500ms, 2s or 1m'],
    [{ 'ca-file': '/x\nserver evil' }, /ca-file: expected a text of at most 255/],
    [{ sni: { tag: 'sni' } }, /sni: expected a value and no tag: only maxconn, maxqueue,/],
    [{ maxconn: { tag: 'm', default: 0 } }, /maxconn: expected a number from 1 .* as the default/],
    [{ maxconn: { tags: 'm' } }, /maxconn: expected true, false, a text, a number, or \{ tag/],
    [
      { cookie: 's1' },
      'cookie: expected name: the cookie of each server is the name of its member',
    ],
    [{ 'ssl verify none': true }, /expected a word of a server line/],
    [{ ['__proto__']: true, 'x\n': 1 }, /./],
  ]
  for (const [words, message] of faults) t.match(problem(words), message)
  t.throws(() => modelOf([], [{ ...web, server: { verify: 'no' } }]), {
    code: 'invalid-policy',
    message: /pools\.0\.server\.verify: expected none or required, got "no"/,
  })
})

t.test('words stand beside no other field that says the same', async t => {
  const sticky = { cookie: 'A', key: '12345678' }
  for (const [changes, message] of [
    [{ server: {}, serverOptions: 'ssl' }, /server: expected either server or serverOptions/],
    [{ server: { cookie: 'name' }, sticky }, /expected no cookie: the pool’s sticky/],
    [{ server: { cookie: 'name' }, mode: 'tcp' }, /expected no cookie: mode tcp/],
  ] as const)
    t.throws(() => modelOf([], [{ ...web, ...changes }]), { code: 'invalid-policy', message })
})

const fromTags = {
  ...web,
  server: { ssl: true, verify: 'none', cookie: 'name', maxconn: { tag: 'limit', default: 5 } },
}
const limited = (limit?: string) =>
  member('s1', { tags: { role: 'web', ...(limit !== undefined && { limit }) } })

t.test('a member has the value of its tag, or the default, or is left out', async t => {
  t.match(serversOf([limited('7')], fromTags), [{ options: 'cookie s1 maxconn 7' }])
  t.match(serversOf([limited()], fromTags), [{ options: 'cookie s1 maxconn 5' }])
  const { model, quarantined } = modelOf([limited('7 backup')], [fromTags])
  t.strictSame(model.pools[0]?.servers, [])
  t.match(quarantined, [
    { code: 'tag', reason: 'its tag limit: expected a number from 1 to 1000000, got "7 backup"' },
  ])
  const { text } = defaultTemplate.render(modelOf([limited('7')], [fromTags]).model)
  t.match(text, /server s1 .* mark-down ssl verify none cookie s1 maxconn 7\n/)
})

t.test('hostile tags never change the words of a line', async () => {
  const allFromTags: ServerWords = Object.fromEntries(
    [...tagWords.keys()].map(word => [word, { tag: word }]),
  )
  const policy = { ...web, server: { ...allFromTags, ssl: true, cookie: 'name' } }
  const good = { 'pool-purge-delay': '5s', proto: 'h2', ws: 'auto' }
  const good1 = Object.fromEntries([...tagWords.keys()].map(word => [word, '1']))
  const shape = (tags: object) => {
    const { model } = modelOf([member('s1', { tags: { role: 'web', ...tags } })], [policy])
    const line = defaultTemplate
      .render(model)
      .text.split('\n')
      .filter(each => / s1 /.test(each))
    return line.flatMap(each => parseServerOptions(splitWords(each).slice(3)).map(o => o.keyword))
  }
  const expected = shape({ ...good1, ...good })
  assert.equal(expected.includes('ws'), true)
  fc.assert(
    fc.property(fc.constantFrom(...tagWords.keys()), hostileText, (word, text) => {
      const found = shape({ ...good1, ...good, [word]: text })
      if (found.length > 0) assert.deepEqual(found, expected)
    }),
  )
})
