import t from 'tap'
import { findPool, findServer } from '../../src/fake-haproxy/find-server.js'
import { startWorker } from '../../src/fake-haproxy/worker.js'

const worker = startWorker(
  7,
  'frontend web\n  mode http\nbackend web\n  server s1 10.0.0.1:80\n  server 1 10.0.0.2:80\n',
)
const nameOf = (target: string) => {
  const found = findServer(worker, target)
  return 'server' in found ? found.server.name : found.refusal
}

t.test('a backend is found by its name and by its id', async t => {
  t.equal(findPool(worker, 'web')?.id, 3)
  t.equal(findPool(worker, '#3')?.name, 'web')
  t.equal(findPool(worker, '3'), undefined)
})

t.test('a server is found by its name and by # and its id', async t => {
  t.equal(nameOf('web/s1'), 's1')
  t.equal(nameOf('web/1'), '1')
  t.equal(nameOf('#3/#1'), 's1')
})

t.test('a target that names no server gets the reply of HAProxy', async t => {
  t.match(nameOf('web'), /^Require/)
  t.match(nameOf('ghosts/s1'), /^No such backend/)
  t.match(nameOf('web/s9'), /^No such server/)
})
