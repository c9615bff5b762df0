import t from 'tap'
import {
  endpoint,
  ipAddress,
  portNumber,
  proxyName,
  serverName,
  weightNumber,
  word,
  words,
} from '../../src/commands/safe-argument.js'

const unsafe = { name: 'HaproxyError', code: 'unsafe-argument' }

t.test('a server is named by its pool and its name', async t => {
  t.equal(serverName('nodes', 's-1'), 'nodes/s-1')
  t.throws(() => serverName('nodes', 'a/b'), unsafe)
  t.throws(() => serverName('a b', 's1'), unsafe)
  t.throws(() => proxyName(''), { ...unsafe, message: /expected a name of .*, got ""$/ })
})

t.test('an endpoint is one word, and IPv6 is in brackets', async t => {
  t.equal(endpoint('10.0.0.1', 80), '10.0.0.1:80')
  t.equal(endpoint('fd00::1', 80), '[fd00::1]:80')
  t.throws(() => endpoint('[fd00::1]', 80), unsafe)
  t.throws(() => ipAddress('localhost'), { message: /expected an IP address, got "localhost"$/ })
})

t.test('a port is an integer from 1 to 65535', async t => {
  t.equal(portNumber(1), 1)
  t.equal(portNumber(65_535), 65_535)
  for (const port of [0, -1, 65_536, 99_999, 1.5, Number.NaN, Infinity])
    t.throws(() => portNumber(port), { ...unsafe, message: /a port from 1 to 65535/ }, String(port))
})

t.test('a weight is an integer from 0 to 256', async t => {
  t.equal(weightNumber(0), 0)
  t.equal(weightNumber(256), 256)
  for (const weight of [-1, 257, 0.5, Number.NaN]) t.throws(() => weightNumber(weight), unsafe)
})

t.test('options keep their spaces, and cannot end the command', async t => {
  t.equal(words('weight 10  check'), 'weight 10  check')
  t.equal(words('cookie a;b'), 'cookie a\\;b')
  for (const options of ['a\nb', 'a\rb', 'a\0b', 'a <<', '"a\nb"', 'cookie ""'])
    t.throws(() => words(options), unsafe, JSON.stringify(options))
})

t.test('quotes and escapes of a line become those of a command', async t => {
  t.equal(words('cookie "s1"'), 'cookie s1')
  t.equal(words(`sni 'str(a b)' check`), String.raw`sni str(a\ b) check`)
  t.equal(words(String.raw`cookie a\ b`), String.raw`cookie a\ b`)
  t.equal(words('check # first'), 'check')
})

t.test('a text becomes one word by escapes', async t => {
  t.equal(word('a b;c\\d\te'), 'a\\ b\\;c\\\\d\\\te')
  t.equal(word('plain'), 'plain')
  for (const text of ['', 'a\nb', 'a << b', '\0']) t.throws(() => word(text), unsafe)
})
