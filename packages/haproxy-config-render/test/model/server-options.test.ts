import t from 'tap'
import {
  mergedOptions,
  ownOptionsField,
  serverOptionsField,
} from '../../src/model/server-options.js'

const problem = (text: string) => serverOptionsField.safeParse(text).error?.issues[0]?.message

t.test('words of a server line are taken, with one space between them', async t => {
  t.equal(
    serverOptionsField.parse('  ssl verify none  sni str(x) maxconn 100 inter 2s '),
    'ssl verify none sni str(x) maxconn 100 inter 2s',
  )
  for (const text of [
    '',
    'send-proxy-v2 proto h2',
    'sni req.hdr(host)',
    'source 0.0.0.0 usesrc clientip',
    'ca-file /etc/ssl/ca.pem',
    'max-reuse 5 namespace n',
    'set-proxy-v2-tlv-fmt(0x20) %[fc_pp_tlv(0x20)]',
    'no-ssl',
  ])
    t.equal(problem(text), undefined, text)
})

t.test('words that no server of a pool can have are refused with the reason', async t => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['maxcon 100', /expected a word of a server line \(maxconn\?\), got "maxcon"/],
    ['ssl maxconn', /expected a value behind maxconn/],
    ['100', /got "100"/],
    ['weight 5', /expected no weight: use the pool’s weight/],
    [
      'cookie s1',
      /expected no cookie: use `server: \{ cookie: name \}` of the pool, or its sticky/,
    ],
    ['id 4', /expected no id: each server has another one/],
    ['track a/b', /expected no track/],
    ['disabled', /expected no disabled/],
    ['init-addr none', /expected no init-addr/],
    ['resolvers dns', /expected no resolvers/],
    ['inter 1s inter 2s', /expected each keyword once, got inter twice/],
    ['ca-file $HOME', /without \$/],
    ['verify no', /expected none or required behind verify/],
    [`ca-file ""`, /at most 255 visible/],
    ['no-check', /the agent needs the check/],
    ['tfo '.repeat(39), /expected at most 38 words, got 39/],
    ['ssl\nbackend x', /on one line/],
    ['ssl # check', /on one line/],
    ['ssl;check', /expected a word of a server line/],
    ['maxconn 1 __proto__', /got "__proto__"/],
  ]
  for (const [text, message] of wrong) t.match(problem(text), message, text)
})

t.test('own words replace the default ones of the same keyword, or are added', async t => {
  t.equal(mergedOptions('check inter 1s fall 2'), 'check inter 1s fall 2')
  t.equal(mergedOptions('check inter 1s fall 2', 'ssl inter 5s'), 'check inter 5s fall 2 ssl')
})

t.test('quotes and escapes are resolved, and written in one way', async t => {
  t.equal(
    serverOptionsField.parse(String.raw`sni "str(a b)" ca-file /a\ b ciphers 'ALL:!x'`),
    String.raw`sni str(a\ b) ca-file /a\ b ciphers ALL:!x`,
  )
  t.equal(
    mergedOptions('check inter 1s', String.raw`agent-send a\ b`),
    String.raw`check inter 1s agent-send a\ b`,
  )
})

t.test('a server has of its own only its cookie and what a tag may set', async t => {
  t.equal(ownOptionsField.parse(' cookie s1  maxconn 5'), 'cookie s1 maxconn 5')
  for (const text of ['maxconn 0', 'cookie a;b', 'cookie', 'ssl', 'verify none', 'ca-file /x'])
    t.notOk(ownOptionsField.safeParse(text).success, text)
})
