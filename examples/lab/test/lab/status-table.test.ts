import t from 'tap'
import { statusTable } from '../../src/lab/status-table.js'

t.test('each node is one line, with a word from each witness', async t => {
  const table = statusTable([
    {
      name: 'ha',
      node: 'running',
      serf: 'alive',
      address: '127.0.42.42',
      haproxy: undefined,
      requests: undefined,
    },
    {
      name: 's1',
      node: 'frozen',
      serf: 'alive',
      address: '127.0.42.11',
      haproxy: 'DOWN',
      requests: 12,
    },
    {
      name: 's2',
      node: undefined,
      serf: 'left',
      address: '127.0.42.22',
      haproxy: undefined,
      requests: undefined,
    },
  ])
  t.equal(
    table,
    [
      'member  address      processes  Serf   HAProxy          requests',
      'ha      127.0.42.42  running    alive  –                –',
      's1      127.0.42.11  frozen     alive  DOWN             12',
      's2      127.0.42.22  none       left   not in the pool  –',
    ].join('\n'),
  )
})

t.test('a name from gossip cannot move the cursor or begin a line', async t => {
  const table = statusTable([
    {
      name: 's1\n\u001b[2J',
      node: undefined,
      serf: 'alive',
      address: undefined,
      haproxy: undefined,
      requests: undefined,
    },
  ])
  t.equal(table.split('\n').length, 2)
  t.notOk(table.includes('\u001b'))
})
