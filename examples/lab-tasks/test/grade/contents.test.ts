import t from 'tap'
import {
  configuredServers,
  inspectedNodes,
  joinedMembers,
  listedFiles,
  listedNodes,
  pictureSize,
} from '../../src/grade/contents.js'

t.test('an agent that joined is no other member, and a member counts once', async t => {
  const log = `EventMemberJoin: a 1\nEventMemberJoin: b 2\nEventMemberJoin: b 2`
  t.same(joinedMembers(log), ['b'])
  t.same(joinedMembers(`Node name: 'b'\n${log}`), ['a'])
  t.same(joinedMembers('nothing'), [])
})

t.test('a stopped container is not listed as running', async t => {
  const head = 'CONTAINER ID   IMAGE   STATUS   NAMES'
  t.same(
    listedNodes(`$ docker ps -a\n${head}\n1 web Up 2 minutes ha\n2 web Exited (0) 3 s ago s1`),
    ['ha'],
  )
  t.same(listedNodes('NAME  PID 1  STATUS\nha  s6  running\ns1  –  exited '), ['ha'])
  t.equal(listedNodes('ha s1 s2'), undefined)
})

t.test('a listing is long or short, with or without the contents of its files', async t => {
  t.same(
    listedFiles('total 8\n-rw-r--r-- 1 root root 15 Nov 29 09:24 s1\n==> s1 <==\ns1 1.2.3.4'),
    ['s1'],
  )
  t.same(listedFiles('root@ha:/# ls /nodes\n45f3564e86b7  012e45675901'), [
    '45f3564e86b7',
    '012e45675901',
  ])
  t.same(listedFiles('total 0'), [])
  t.equal(listedFiles('global\n  maxconn 10'), undefined)
})

t.test('the text of docker inspect may begin with the command', async t => {
  t.same(inspectedNodes('$ docker inspect ha\n[{"Name":"/ha","State":{}}]'), ['ha'])
  t.equal(inspectedNodes('[{"Name":"/ha"}]'), undefined, 'a container has a state')
  t.equal(inspectedNodes('no JSON'), undefined)
})

t.test('servers are counted in a configuration only', async t => {
  t.same(configuredServers('backend nodes\n  server s1 1.2.3.4:3000 check\n  #server s2 x'), ['s1'])
  t.equal(configuredServers('server s1 1.2.3.4:3000'), undefined)
})

t.test('a JPEG tells its size in its frame', async t => {
  const segment = [0xff, 0xe0, 0, 4, 1, 2]
  const frame = [0xff, 0xc0, 0, 11, 8, 0x02, 0x30, 0x05, 0xdc, 1, 0, 0, 0]
  const jpeg = new Uint8Array([0xff, 0xd8, ...segment, ...frame, 0, 0, 0xff, 0xd9])
  t.same(pictureSize(jpeg), { width: 1500, height: 560 })
  t.equal(pictureSize(jpeg.subarray(0, -1)), undefined)
})
