import t from 'tap'
import { probeSchema } from '../../src/configuration/probe-schema.js'

const problems = (value: object) =>
  probeSchema.safeParse(value).error?.issues.map(({ message }) => message) ?? []

t.test('a URL is enough', async t => {
  t.same(probeSchema.parse({ url: 'http://127.0.0.1:8080/health' }), {
    url: 'http://127.0.0.1:8080/health',
    timeoutMs: 2000,
  })
  for (const url of ['https://[::1]:8443/', 'http://127.0.0.1', 'tcp://127.0.0.1:5432'])
    t.same(problems({ url }), [], url)
})

t.test('what is no URL of a listener is refused', async t => {
  for (const url of ['', '127.0.0.1:80', 'ftp://a/', 'tcp://127.0.0.1', 'http://u:p@127.0.0.1/'])
    t.match(problems({ url }), [/^expected http:/], url)
})

t.test('fields of a request are refused with a connection', async t => {
  const url = 'tcp://127.0.0.1:5432'
  t.match(problems({ url, host: 'a', workerHeader: 'x', statuses: [200] }), [
    'expected none with a url of tcp',
    'expected none with a url of tcp',
    'expected none with a url of tcp',
  ])
})

t.test('a header and a host that would break the request are refused', async t => {
  const url = 'http://127.0.0.1:80/'
  t.match(problems({ url, workerHeader: 'x y' }), ['expected the name of a header'])
  t.match(problems({ url, host: 'a\r\nb: c' }), ['expected the name of a host'])
  t.equal(problems({ url, statuses: [] }).length, 1)
  t.equal(problems({ url, statuses: [99] }).length, 1)
  t.equal(problems({ url, more: 1 }).length, 1)
})
