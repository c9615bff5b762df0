import { parseSections } from 'haproxy-config-text'
import t from 'tap'
import { findMasterSocket, findRuntimeSocket } from '../../src/adopt/find-sockets.js'
import { parseStartArguments } from 'haproxy-config-text/effective'

const find = (text: string) => findRuntimeSocket(parseSections(text), line => `a.cfg:${line}`)

t.test('the stats socket is the first one on a path with level admin', async t => {
  const sockets = `global
  stats socket ipv4@127.0.0.1:9999 level admin
  stats socket /run/a.sock level operator
  stats socket /run/b.sock level operator level admin
global
  stats socket /run/c.sock level admin`
  t.same(find(sockets), { path: '/run/b.sock', from: 'a.cfg:4' })
  t.same(find('global\n stats socket unix@/run/u.sock mode 600 level admin'), {
    path: '/run/u.sock',
    from: 'a.cfg:2',
  })
})

t.test('without such a socket the line to add is named', async t => {
  const line = / {2}stats socket \/run\/haproxy\/admin\.sock mode 660 level admin$/
  t.throws(() => find('\nglobal\n  maxconn 5'), { message: /^a\.cfg:2: expected a stats socket/ })
  t.throws(() => find('global\n stats socket /run/a.sock'), {
    message: /^a\.cfg:2: .* got only others/,
  })
  t.throws(() => find('global\n stats socket "${RUN}/a.sock" level admin'), { message: line })
  t.throws(() => find('defaults\n mode http'), { message: line })
})

const unit = (words: string) => ({
  file: '/lib/systemd/system/haproxy.service',
  start: parseStartArguments(words.split(' ')),
  environment: {},
})

t.test('the master socket is that of the unit, on an absolute path', async t => {
  t.equal(findMasterSocket(unit('-Ws -S unix@/run/m.sock')).path, '/run/m.sock')
  t.throws(() => findMasterSocket(unit('-Ws -S 127.0.0.1:999')), {
    message:
      /haproxy\.service: expected -S with an absolute path, got 127\.0\.0\.1:999; .*--master-socket/,
  })
  t.throws(() => findMasterSocket(unit('-Ws')), { message: /got no -S/ })
  t.throws(() => findMasterSocket(undefined), { message: /^no unit haproxy\.service/ })
})
