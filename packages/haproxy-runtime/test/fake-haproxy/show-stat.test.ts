import t from 'tap'
import { profiles } from '../../src/fake-haproxy/profile.js'
import { replyTo } from '../../src/fake-haproxy/reply-to.js'
import { startWorker } from '../../src/fake-haproxy/worker.js'
import { parseBackendIds, parseStatistics } from '../../src/replies/server-statistics.js'

function haproxy(text: string) {
  const worker = startWorker(42, text)
  const server = (name: string) => worker.pools.get('nodes')?.servers.get(name)
  return { server, send: (command: string) => replyTo(command, worker, profiles['2.6']) }
}

const nodes = `backend nodes
  server s1 10.0.0.1:80 weight 10 check
  server s2 10.0.0.2:80
`

t.test('the statistics have the status that HAProxy shows', async t => {
  const { send, server } = haproxy(nodes)
  const statuses = () =>
    parseStatistics(send('show stat nodes 4 -1')).map(({ name, status }) => `${name} ${status}`)
  t.strictSame(statuses(), ['s1 UP', 's2 no check'])
  const s1 = server('s1')
  if (s1) s1.health = 'down'
  const s2 = server('s2')
  if (s2) s2.admin = 'maint'
  t.strictSame(statuses(), ['s1 DOWN', 's2 MAINT'])
  if (s2) s2.admin = 'drain'
  t.strictSame(statuses(), ['s1 DOWN', 's2 DRAIN'])
  t.match(send('show stat ghosts 4 -1'), /^No such proxy/)
})

t.test('a name means the first proxy that has it, and an id the one with this id', async t => {
  const { send } = haproxy(`frontend web
  default_backend web
backend web
  id 7
  server s1 10.0.0.1:80
backend 7
  server s2 10.0.0.2:80
`)
  const names = (command: string) => parseStatistics(send(command)).map(({ name }) => name)
  t.strictSame(names('show stat web 4 -1'), [])
  t.strictSame(names('show stat 7 4 -1'), ['s2'])
  t.strictSame(names('show stat #7 4 -1'), ['s1'])
  t.strictSame(names('show stat'), ['s1', 's2'])
  t.strictSame([...parseBackendIds(send('show stat -1/ 2 -1')).values()], ['7', '4'])
})
