import * as fc from 'fast-check'
import t from 'tap'
import { textListeners } from '../../src/ports/text-listeners.js'

const known = { values: { ADDRESS: '192.0.2.7:8080' }, isWhole: true }

/** The listeners of a text as `LINE PROTOCOL HOST PORTS [FLAGS]`. */
const shown = (text: string, which: 'certain' | 'possible' = 'certain') =>
  textListeners(text, known, which).map(listener => {
    const { line, protocol, host, firstPort, lastPort } = listener
    const ports = firstPort === lastPort ? `${firstPort}` : `${firstPort}-${lastPort}`
    const flags = (['isOnlyIPv6', 'isTransparent', 'isApart'] as const).filter(is => listener[is])
    return [line, protocol, host, ports, ...flags].join(' ')
  })

const addresses: Readonly<Record<string, readonly string[]>> = {
  '192.0.2.1:80': ['2 tcp 192.0.2.1 80'],
  '*:80': ['2 tcp 0.0.0.0 80'],
  ':80-82': ['2 tcp 0.0.0.0 80-82'],
  ':::80 v4v6': ['2 tcp :: 80'],
  '[::]:80 v6only': ['2 tcp :: 80 isOnlyIPv6'],
  'ipv4@192.0.2.1:80': ['2 tcp 192.0.2.1 80'],
  'ipv6@*:80': ['2 tcp :: 80'],
  '192.0.2.1:80,192.0.2.2:81 ssl crt /a.pem': ['2 tcp 192.0.2.1 80', '2 tcp 192.0.2.2 81'],
  'quic4@:443 ssl crt /a.pem': ['2 udp 0.0.0.0 443'],
  '192.0.2.1:80 transparent': ['2 tcp 192.0.2.1 80 isTransparent'],
  ':80 interface eth0': ['2 tcp 0.0.0.0 80 isApart'],
  ':80 name namespace': ['2 tcp 0.0.0.0 80'],
  ':80 namespace blue': ['2 tcp 0.0.0.0 80 isApart'],
  '"${ADDRESS}"': ['2 tcp 192.0.2.7 8080'],
  '"192.0.2.1:${NONE-81}"': ['2 tcp 192.0.2.1 81'],
  '"192.0.2.1:${NONE}"': [],
  '/run/a.sock': [],
  'unix@a.sock': [],
  'abns@a': [],
  'fd@3': [],
  'localhost:80': [],
  ':0': [],
  ':90-80': [],
  ':70000': [],
}

for (const [address, expected] of Object.entries(addresses)) {
  t.test(`bind ${address} has its addresses and ports`, async t => {
    t.same(shown(`frontend web\n  bind ${address}\n`), expected)
    t.same(shown(`listen web\n  bind ${address}\n`), expected)
  })
}

t.test('stats sockets with a port and logs listen too', async t => {
  const text = `global
  stats socket /run/a.sock level admin
  stats socket ipv4@127.0.0.1:9999 level operator
log-forward logs
  bind 127.0.0.1:514
  dgram-bind 127.0.0.1:515
  dgram-bind ipv6@[::1]:516
  dgram-bind /run/log.sock
`
  t.same(shown(text), [
    '3 tcp 127.0.0.1 9999',
    '5 tcp 127.0.0.1 514',
    '6 udp 127.0.0.1 515',
    '7 udp ::1 516',
  ])
})

t.test('backends, peers and disabled proxies do not listen', async t => {
  const text = `peers all
  bind 127.0.0.1:1024
frontend off
  bind 127.0.0.1:80
  disabled
backend b
  bind 127.0.0.1:81
`
  t.same(shown(text), [])
})

t.test('variables of global count for the lines below', async t => {
  const text = `global
  setenv ADDRESS 127.0.0.1:1
frontend web
  bind "\${ADDRESS}"
`
  t.same(shown(text), ['4 tcp 127.0.0.1 1'])
})

t.test('a listener under a condition is possible, and not certain', async t => {
  const text = `frontend web
  bind 127.0.0.1:80
.if feature(QUIC)
  bind quic4@127.0.0.1:443 ssl crt /a.pem
.else
  bind 127.0.0.1:443 ssl crt /a.pem
.endif
`
  t.same(shown(text), ['2 tcp 127.0.0.1 80'])
  t.same([...new Set(shown(text, 'possible'))].toSorted(), [
    '2 tcp 127.0.0.1 80',
    '4 udp 127.0.0.1 443',
    '6 tcp 127.0.0.1 443',
  ])
})

t.test('no text is an error, and each listener has a usable address and port', async () => {
  const word = fc.oneof(
    fc.constantFrom('bind', 'frontend', 'global', 'stats', 'socket', 'setenv', '.if', '.endif'),
    fc.constantFrom('${A', '$', '"${B[*]}"', 'ipv6@', ':::', '-', ',', '[::1]:9', ':1-99999', '@'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  const line = fc.array(word, { maxLength: 5 }).map(words => words.join(' '))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), lines =>
      textListeners(lines.join('\n'), { values: {}, isWhole: false }, 'possible').every(
        ({ firstPort, lastPort }) => firstPort > 0 && firstPort <= lastPort && lastPort < 65_536,
      ),
    ),
  )
})
