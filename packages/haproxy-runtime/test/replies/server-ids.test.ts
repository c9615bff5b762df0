import t from 'tap'
import { ServerIds } from '../../src/replies/server-ids.js'

t.test('a server that is added has the smallest free id of its pool', t => {
  const ids = new ServerIds()
  for (const [name, server] of [
    ['a', 1],
    ['b', 2],
    ['c', 9],
  ] as const)
    ids.learn('nodes', name, { pool: 3, server })
  ids.changedBy('add server nodes/d 10.0.0.1:80 weight 1')
  ids.changedBy('del server nodes/a')
  ids.changedBy('add server nodes/e 10.0.0.1:80')
  ids.changedBy('add server nodes/f 10.0.0.1:80')
  ids.changedBy('set server nodes/f state ready')
  ids.changedBy('add server others/f 10.0.0.1:80')
  ids.changedBy('del server nodes/ghost')
  const servers = ['a', 'b', 'c', 'd', 'e', 'f'].map(name => ids.of('nodes', name)?.server)
  t.strictSame(servers, [undefined, 2, 9, 3, 1, 4])
  t.equal(ids.size('nodes'), 5)
  t.equal(ids.of('others', 'f'), undefined)
  t.end()
})

t.test('a pool with another id begins anew, and a pool can be forgotten', t => {
  const ids = new ServerIds()
  ids.learn('nodes', 'a', { pool: 3, server: 1 })
  ids.learn('nodes', 'b', { pool: 4, server: 1 })
  t.strictSame([ids.of('nodes', 'a'), ids.of('nodes', 'b')], [undefined, { pool: 4, server: 1 }])
  ids.forget('nodes')
  t.equal(ids.size('nodes'), undefined)
  t.end()
})
