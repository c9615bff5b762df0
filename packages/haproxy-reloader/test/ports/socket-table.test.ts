import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { loopbackAddress } from 'real-components'
import t from 'tap'
import { clash, parseSocketTable, readSocketTable } from '../../src/ports/socket-table.js'

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const rest = '00000000:00000000 00:00000000 00000000'

const row = (address: string) => ` 0: ${address}:0050 ${'0'.repeat(32)}:0000 0A ${rest} 0 0 1 1\n`
const hosts = (address: string, isLittleEndian: boolean) =>
  parseSocketTable(row(address), 'tcp', isLittleEndian).map(({ host }) => host)

t.test('sockets that listen are read with user and inode', async t => {
  const text = `${head}
   0: 0100007F:1F90 00000000:0000 0A ${rest}  1000        0 4242 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F91 0100007F:9999 01 ${rest}     0        0 4243 1 0000000000000000 20 4 30 10 -1
`
  t.same(parseSocketTable(text, 'tcp', true), [
    { protocol: 'tcp', host: '127.0.0.1', port: 8080, uid: 1000, inode: '4242' },
  ])
})

t.test('addresses of IPv6 are read, also on a machine of the other byte order', async t => {
  t.same(hosts('00000000000000000000000000000000', true), ['::'])
  t.same(hosts('B80D0120000000000000000001000000', true), ['2001:db8::1'])
  t.same(hosts('20010DB8000000000000000000000001', false), ['2001:db8::1'])
  t.same(hosts('0000000000000000FFFF00000100007F', true), ['::ffff:127.0.0.1'])
})

t.test('sockets of datagrams are read if they take those of any peer', async t => {
  const text = ` 0: 0100007F:01BB 00000000:0000 07 ${rest} 0 0 7 2 0 0
 1: 0100007F:01BC 0200007F:0001 01 ${rest} 0 0 8 2 0 0\n`
  t.match(parseSocketTable(text, 'udp', true), [{ port: 443, inode: '7' }])
  t.same(parseSocketTable('unreadable\n', 'udp'), [])
})

t.test('the table of this machine has a socket that listens', async t => {
  const host = loopbackAddress()
  const server = createServer().listen(0, host)
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const found = (await readSocketTable('tcp')).filter(each => each.host === host)
  t.match(found, [{ protocol: 'tcp', host, port, uid: process.getuid?.(), inode: /^\d+$/ }])
})

const clashes: readonly (readonly [string, string, ReturnType<typeof clash>, boolean?])[] = [
  ['192.0.2.1', '192.0.2.1', 'certain'],
  ['192.0.2.1', '0.0.0.0', 'certain'],
  ['0.0.0.0', '192.0.2.1', 'certain'],
  ['192.0.2.1', '192.0.2.2', 'none'],
  ['192.0.2.1', '::', 'possible'],
  ['0.0.0.0', '::1', 'none'],
  ['0.0.0.0', '::ffff:192.0.2.1', 'certain'],
  ['::', '192.0.2.1', 'certain'],
  ['::', '192.0.2.1', 'none', true],
  ['::', '2001:db8::1', 'certain'],
  ['2001:db8::1', '::', 'certain'],
  ['2001:db8::1', '0.0.0.0', 'none'],
]

t.test('two sockets of one port clash by their addresses', async t => {
  for (const [wanted, has, expected, isOnlyIPv6 = false] of clashes) {
    const port = { line: 1, protocol: 'tcp', port: 80, isOnlyIPv6, isTransparent: false } as const
    const socket = { protocol: 'tcp', host: has, port: 80, uid: 0, inode: '1' } as const
    t.equal(clash({ ...port, host: wanted }, socket), expected, `${wanted} and ${has}`)
    t.equal(clash({ ...port, host: wanted }, { ...socket, port: 81 }), 'none')
    t.equal(clash({ ...port, host: wanted }, { ...socket, protocol: 'udp' }), 'none')
  }
})
