import t from 'tap'
import {
  hasControlCharacter,
  hostField,
  isAddress,
  isName,
  pathPrefixField,
} from '../../src/model/model-fields.js'

t.test('a name has 1 to 64 plain characters and does not begin with a hyphen', async t => {
  for (const name of ['a', 'a-b', '_', '0', 'a:b.c', 'x'.repeat(64)]) t.ok(isName(name), name)
  for (const name of ['', '-a', 'a b', 'a\n', 'Zürich', 'x'.repeat(65)]) t.notOk(isName(name), name)
})

t.test('an address has no zone, port or name', async t => {
  for (const text of ['10.0.0.1', '::1', 'fd00::1']) t.ok(isAddress(text), text)
  for (const text of ['', 'host', '10.0.0.256', '10.0.0.1:80', 'fe80::1%eth0', '[::1]'])
    t.notOk(isAddress(text), text)
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
