import * as fc from 'fast-check'
import t from 'tap'
import { endpointText, parseEndpoint } from '../../src/configuration/endpoint.js'
import { endpointField } from '../../src/configuration/frontend-schema.js'

const valid: readonly [string, string, number][] = [
  ['127.0.0.1:7373', '127.0.0.1', 7373],
  ['0.0.0.0:1', '0.0.0.0', 1],
  ['10.0.0.1:65535', '10.0.0.1', 65_535],
  ['[::1]:8080', '::1', 8080],
  ['[fd00::1:2]:80', 'fd00::1:2', 80],
  ['[::ffff:10.0.0.1]:80', '::ffff:10.0.0.1', 80],
]

t.test('an address and a port are parsed, IPv6 in brackets', async t => {
  for (const [text, address, port] of valid) {
    t.strictSame(parseEndpoint(text), { address, port }, text)
    t.strictSame(endpointField.parse(text), { address, port }, text)
  }
})

const invalid = [
  '',
  '127.0.0.1',
  ':7373',
  '127.0.0.1:',
  '127.0.0.1:0',
  '127.0.0.1:65536',
  '127.0.0.1:-1',
  '127.0.0.1:80a',
  '127.0.0.1:8 0',
  ' 127.0.0.1:80',
  '127.0.0.1:80\n',
  '127.0.0:80',
  '256.0.0.1:80',
  'localhost:80',
  '::1:80',
  '[::1]',
  '[::1:80',
  '[]:80',
  '[127.0.0.1:80',
  '10.0.0.1:80:90',
]

t.test('a text that is not an address with a port is rejected with an example', async t => {
  for (const text of invalid) {
    t.equal(parseEndpoint(text), undefined, text)
    const { error } = endpointField.safeParse(text)
    t.match(error?.issues[0]?.message, /^expected ADDRESS:PORT, as in 127\.0\.0\.1:7373/, text)
  }
  t.equal(endpointField.safeParse(7373).success, false)
})

t.test('a formatted endpoint is parsed to the same endpoint', async t => {
  const endpoint = fc.record({
    address: fc.oneof(fc.ipV4(), fc.ipV6()),
    port: fc.integer({ min: 1, max: 65_535 }),
  })
  fc.assert(
    fc.property(endpoint, ({ address, port }) => {
      const parsed = endpointField.parse(endpointText({ address, port }))
      return parsed.address === address && parsed.port === port
    }),
  )
  t.equal(endpointText({ address: '::1', port: 80 }), '[::1]:80')
  t.equal(endpointText({ address: '10.0.0.1', port: 80 }), '10.0.0.1:80')
})
