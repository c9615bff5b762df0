import t from 'tap'
import { foreignCgroup, foreignCgroupIn } from '../../src/ports/socket-cgroup.js'

const haproxy = '/system.slice/haproxy.service'
const row = (inode: number, path: string) =>
  `LISTEN 0 511 192.0.2.1:443 0.0.0.0:* uid:33 ino:${inode} sk:1018 cgroup:${path} <->\n`

t.test('a socket of another service is not one of HAProxy', async t => {
  const output = row(1, haproxy) + row(2, '/system.slice/nginx.service')
  t.equal(foreignCgroupIn(output, '2', haproxy), '/system.slice/nginx.service')
})

t.test('everything else may be one of HAProxy', async t => {
  const own = row(1, haproxy)
  t.equal(foreignCgroupIn(own, '1', haproxy), undefined, 'its own service')
  t.equal(foreignCgroupIn(own + row(2, `${haproxy}/x`), '2', haproxy), undefined, 'a part of it')
  t.equal(foreignCgroupIn(own + row(2, '/'), '2', haproxy), undefined, 'no service')
  t.equal(foreignCgroupIn(own + row(2, 'unreachable:2a'), '2', haproxy), undefined)
  t.equal(foreignCgroupIn(own, '2', haproxy), undefined, 'a socket that is gone')
  const others = row(2, '/system.slice/nginx.service')
  t.equal(foreignCgroupIn(others, '2', haproxy), undefined, 'paths that cannot be compared')
  t.equal(foreignCgroupIn(row(1, '/') + others, '2', '/'), undefined, 'without services')
})

t.test('a socket that does not exist has no group, with and without the program', async t => {
  t.equal(await foreignCgroup({ protocol: 'tcp', inode: '0' }, haproxy), undefined)
  t.equal(await foreignCgroup({ protocol: 'udp', inode: '0' }, haproxy), undefined)
})
