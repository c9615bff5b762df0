import t from 'tap'
import { parseBind } from '../src/parse-bind.js'
import { splitWords } from '../src/split-words.js'

const listeners = (text: string) =>
  parseBind(splitWords(text)).listeners.map(({ protocol, host, firstPort, lastPort }) => {
    const ports = firstPort === lastPort ? `${firstPort}` : `${firstPort}-${lastPort}`
    return `${protocol} ${host} ${ports}`
  })

const addresses: Readonly<Record<string, readonly string[]>> = {
  ':80': ['tcp 0.0.0.0 80'],
  '*:080': ['tcp 0.0.0.0 80'],
  'ipv4@:80': ['tcp 0.0.0.0 80'],
  'tcp4@*:80': ['tcp 0.0.0.0 80'],
  'stream+ipv4@0.0.0.0:80': ['tcp 0.0.0.0 80'],
  ':::80': ['tcp :: 80'],
  '[::]:80': ['tcp :: 80'],
  'ipv6@*:80': ['tcp :: 80'],
  'tcp6@:80': ['tcp :: 80'],
  '0:0:0:0:0:0:0:1:80': ['tcp ::1 80'],
  '192.0.2.1:80-82,192.0.2.2:80': ['tcp 192.0.2.1 80-82', 'tcp 192.0.2.2 80'],
  'quic4@:443': ['udp 0.0.0.0 443'],
  'quic6@:443': ['udp :: 443'],
  'dgram+ipv4@:514': ['udp 0.0.0.0 514'],
  '/run/a.sock': ['unix /run/a.sock 0'],
  'unix@/run/a.sock': ['unix /run/a.sock 0'],
  'abns@name': ['abns name 0'],
  'fd@3': ['fd 3 0'],
  'localhost:80': ['tcp localhost 80'],
  '"${ADDRESS}:${PORT}"': ['tcp ${ADDRESS}:${PORT} 0'],
}

for (const [address, expected] of Object.entries(addresses)) {
  t.test(`${address} has its canonical form`, async t => t.same(listeners(address), expected))
}

t.test('options come in order, with their values', async t => {
  t.same(parseBind(splitWords(':80 name admin level operator ssl crt ssl alpn h2')).options, [
    { keyword: 'name', values: ['admin'] },
    { keyword: 'level', values: ['operator'] },
    { keyword: 'ssl', values: [] },
    { keyword: 'crt', values: ['ssl'] },
    { keyword: 'alpn', values: ['h2'] },
  ])
  t.same(parseBind([]), { listeners: [], options: [] })
  t.same(parseBind([':80', 'level']).options, [{ keyword: 'level', values: [] }])
})
