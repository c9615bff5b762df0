import t from 'tap'
import { ownListeners } from '../../src/pools/own-listeners.js'

const frontends = (address: string) => [{ bind: { address, port: 80 } }]
const addresses = ['10.0.0.9', 'fd00::9', 'fe80::1', '127.0.0.1']

t.test('the address of a listener is its own, on its port only', async t => {
  const isOwn = ownListeners({}, { frontends: frontends('10.0.0.9'), stats: undefined })
  t.equal(isOwn('10.0.0.9', 80), true)
  t.equal(isOwn('10.0.0.9', 81), false)
  t.equal(isOwn('10.0.0.8', 80), false)
  t.equal(isOwn('127.0.0.1', 80), false)
})

t.test('a wildcard listens at all addresses of the host, and at no other', async t => {
  const v4 = ownListeners({ addresses }, { frontends: frontends('0.0.0.0'), stats: undefined })
  t.strictSame(
    ['10.0.0.9', '127.0.0.1', '127.9.9.9', 'fd00::9', '::1', '10.0.0.8'].map(a => v4(a, 80)),
    [true, true, true, false, false, false],
  )
  const both = ownListeners({ addresses }, { frontends: frontends('::'), stats: undefined })
  t.strictSame(
    ['10.0.0.9', '127.0.0.1', 'fd00::9', '::1', 'fd00::8'].map(a => both(a, 80)),
    [true, true, true, true, false],
  )
})

t.test('the statistics page, and the bind lines of a text, are listeners too', async t => {
  const listening = [
    'frontend own',
    '  bind :8080-8082,10.0.0.7:9000 name x',
    '  bind [::]:7000 v6only',
    '  bind quic4@10.0.0.7:443',
    '  bind /run/x.sock',
    '  bind "$PLACE"',
    'backend b',
    '  server s1 10.0.0.1:80',
  ].join('\n')
  const place = { addresses, listening }
  const stats = { address: '10.0.0.9', port: 8404 }
  const isOwn = ownListeners(place, { frontends: [], stats })
  const own = ['10.0.0.9 8404', '10.0.0.9 8080', '10.0.0.9 8082', '10.0.0.7 9000', 'fd00::9 7000']
  const others = ['10.0.0.9 8083', '10.0.0.9 7000', '10.0.0.7 443', '10.0.0.1 80', '10.0.0.9 0']
  const test = (text: string) => isOwn(text.split(' ')[0] ?? '', Number(text.split(' ')[1]))
  for (const text of own) t.equal(test(text), true, text)
  for (const text of others) t.equal(test(text), false, text)
})

t.test('a listener in IPv4-mapped notation is that of its IPv4 address', async t => {
  const bind = { address: '::ffff:10.0.0.9', port: 80 }
  t.equal(ownListeners({}, { frontends: [{ bind }], stats: undefined })('10.0.0.9', 80), true)
})
