import t from 'tap'
import {
  bindField,
  hasControlCharacter,
  hostAddressField,
  hostField,
  isName,
  pathPrefixField,
} from '../../src/model/model-fields.js'

t.test('a name has 1 to 64 plain characters and does not begin with a hyphen', async t => {
  for (const name of ['a', 'a-b', '_', '0', 'a:b.c', 'x'.repeat(64)]) t.ok(isName(name), name)
  for (const name of ['', '-a', 'a b', 'a\n', 'Zürich', 'x'.repeat(65)]) t.notOk(isName(name), name)
})

t.test('the addresses of servers and listeners become their one notation', async t => {
  t.equal(hostAddressField.parse('2001:DB8:0::12'), '2001:db8::12')
  t.equal(hostAddressField.safeParse('::').success, false)
  t.strictSame(bindField.parse({ address: '0:0::', port: 80 }), { address: '::', port: 80 })
  for (const address of ['host', '::1%lo', '010.0.0.1', ''])
    t.equal(bindField.safeParse({ address, port: 80 }).success, false, address)
})

t.test('control characters are those of ASCII and of Latin-1', async t => {
  for (const text of ['a\n', '\0', '\u007f', '\u0085', '\t']) t.ok(hasControlCharacter(text), text)
  for (const text of ['', ' ', 'é', '\u00a0']) t.notOk(hasControlCharacter(text), text)
})

t.test('a host is in small letters, perhaps with a leading wildcard', async t => {
  for (const host of ['a', 'a.example', '*.example.org', '1.a'])
    t.ok(hostField.safeParse(host).success)
  for (const host of ['', '*', 'A.example', 'a.', '*.*.a', 'a b', 'a_b'])
    t.notOk(hostField.safeParse(host).success, host)
})

t.test('a path has whole segments', async t => {
  for (const path of ['/', '/api', '/api/v1']) t.ok(pathPrefixField.safeParse(path).success, path)
  for (const path of ['', 'api', '/api/', '//', '/a b', '/a?b', '/a'.repeat(17)])
    t.notOk(pathPrefixField.safeParse(path).success, path)
})

t.test(
  'an address and port to listen on may be one text, as in the configuration of the agent',
  async t => {
    t.strictSame(bindField.parse('0.0.0.0:80'), { address: '0.0.0.0', port: 80 })
    t.strictSame(bindField.parse('[0:0::1]:80'), { address: '::1', port: 80 })
    for (const text of [
      '80',
      ':80',
      '127.0.0.1',
      '127.0.0.1:0',
      '127.0.0.1:99999',
      '::1:80',
      'x:80',
    ])
      t.equal(bindField.safeParse(text).success, false, text)
  },
)
