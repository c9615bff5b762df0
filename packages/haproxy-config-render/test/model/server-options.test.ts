import t from 'tap'
import { mergedOptions, serverOptionsField } from '../../src/model/server-options.js'

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
  ])
    t.equal(problem(text), undefined, text)
})

t.test('words that no server of a pool can have are refused with the reason', async t => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['maxcon 100', /expected keywords of a server line, got maxcon/],
    ['ssl maxconn', /expected a value behind maxconn/],
    ['100', /got 100/],
    ['weight 5', /expected no weight: use the pool’s weight/],
    ['cookie s1', /expected no cookie: use the pool’s sticky/],
    ['id 4', /expected no id: a server that is added at run time cannot have it/],
    ['track a/b', /expected no track/],
    ['disabled', /expected no disabled/],
    ['init-addr none', /expected no init-addr/],
    ['resolvers dns', /expected no resolvers/],
    ['inter 1s inter 2s', /expected each keyword once, got inter twice/],
    ['sni "str(x)"', /without quotes/],
    ['ca-file $HOME', /without quotes/],
    ['ssl\nbackend x', /on one line/],
    ['ssl # check', /on one line/],
    ['ssl;check', /expected words of/],
    ['maxconn 1 __proto__', /got __proto__/],
  ]
  for (const [text, message] of wrong) t.match(problem(text), message, text)
})

t.test('own words replace the default ones of the same keyword, or are added', async t => {
  t.equal(mergedOptions('check inter 1s fall 2'), 'check inter 1s fall 2')
  t.equal(mergedOptions('check inter 1s fall 2', 'ssl inter 5s'), 'check inter 5s fall 2 ssl')
})
