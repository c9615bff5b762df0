import t from 'tap'
import { parseSessions } from '../../src/replies/session-list.js'

const chosen =
  '0x55d0: proto=tcpv4 src=127.0.0.1:40000 fe=web be=nodes srv=s1 ts=00 epoch=0 age=1m2s calls=2'
const command =
  '0x55d1: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE> srv=<none> ts=00 age=0s calls=1'

t.test('a session has its client, its frontend and the server that serves it', async t => {
  t.strictSame(parseSessions(`${chosen}\n\n`), [
    {
      id: '0x55d0',
      protocol: 'tcpv4',
      source: '127.0.0.1:40000',
      frontend: 'web',
      pool: 'nodes',
      server: 's1',
      age: '1m2s',
    },
  ])
})

t.test('before a server is chosen, pool and server are undefined', async t => {
  t.match(parseSessions(command), [{ id: '0x55d1', pool: undefined, server: undefined }])
})

t.test('the order of sessions is kept, and other lines are ignored', async t => {
  const ids = parseSessions(`# header\n${command}\n  rq[f=80] rp[f=8]\n${chosen}\n`).map(
    ({ id }) => id,
  )
  t.strictSame(ids, ['0x55d1', '0x55d0'])
  t.strictSame(parseSessions(''), [])
})
