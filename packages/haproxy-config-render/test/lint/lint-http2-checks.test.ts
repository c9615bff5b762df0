import t from 'tap'
import { lintConfiguration } from '../../src/lint/lint-configuration.js'
import { clean } from './clean-configuration.js'

/** The remedies for a server with these words, in a backend with these lines. */
const remedies = (words: string, ...lines: readonly string[]) =>
  lintConfiguration(
    clean.replace(
      'server s1 10.0.0.1:80 check',
      [...lines, `server s1 10.0.0.1:80 ${words}`].join('\n  '),
    ),
  ).flatMap(({ code, remedy }) => (code === 'failing-check' ? remedy : []))

t.test('the check of a server with HTTP/2 has an ALPN of its own and a Host', async t => {
  const http10 = 'option httpchk GET /'
  const http11 = 'http-check send meth GET uri / ver HTTP/1.1 hdr Host x'
  const alpn = 'ssl verify none check alpn'
  t.strictSame(remedies(`${alpn} h2,http/1.1`, http10), ['add "check-alpn http/1.1" to the line'])
  t.strictSame(remedies(`${alpn} h2`, http10, http11), ['add "check-alpn h2" to the line'])
  t.match(remedies('check proto h2', http10), [/add "http-check send .* or set healthCheckHost/])
  t.match(remedies(`${alpn} h2 check-alpn h2`, http10), [/HTTP\/1\.1 hdr Host/])
  for (const [words, ...lines] of [
    [`${alpn} h2,http/1.1 check-alpn http/1.1`, http10],
    [`${alpn} http/1.1`, http10],
    [`${alpn} h2 check-alpn h2`, http10, http11],
    ['check proto h2', 'option httpchk', http11],
    ['check proto h2', 'option httpchk GET / HTTP/1.1'],
    ['check proto h2'],
    ['check proto h2 port 80', http10],
    ['check proto h1', http10],
    ['proto h2 no-check', http10],
    [`${alpn} h2`, http10, 'mode tcp'],
  ] as const)
    t.strictSame(remedies(words, ...lines), [], words)
})
