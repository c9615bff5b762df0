import t from 'tap'
import { namedServer } from '../../src/replies/named-server.js'
import type { RunningServer } from '../../src/replies/servers-state.js'

const known: RunningServer = {
  pool: 'nodes',
  name: 's1',
  address: '10.0.0.9',
  port: 1,
  weight: 1,
  admin: 'ready',
  health: 'up',
  passedChecks: 3,
  lastCheck: 'passed',
  checked: true,
  agentChecked: false,
  initialWeight: 1,
  checkPort: 77,
  usesTls: true,
}

const header = '# pxname,svname,status,check_status,agent_status,check_health,addr,\n'
const weights = '5 (initial 7)\n'
const read = (row: string, from = known) =>
  namedServer(from, { stat: `${header}${row}\n`, weights })

t.test('the fields that HAProxy prints are read, and the others are as known', t => {
  t.strictSame(read('nodes,s1,UP 1/3,* L4OK,,2,[::1]:80,'), {
    ...known,
    address: '::1',
    port: 80,
    weight: 5,
    initialWeight: 7,
    passedChecks: 2,
  })
  t.match(read('nodes,s1,DOWN,L4CON,INI,0,10.0.0.1:80,'), {
    health: 'down',
    lastCheck: 'failed',
    agentChecked: true,
    admin: 'ready',
  })
  t.match(read('nodes,s1,UP,INI,,3,10.0.0.1:80,'), { lastCheck: 'none', checked: true })
  t.match(read('nodes,s1,no check,,,,10.0.0.1:80,'), { checked: false, lastCheck: 'passed' })
  t.end()
})

t.test('the administrative state of a server that is down is as known', t => {
  const down = 'nodes,s1,DOWN,L4CON,,0,10.0.0.1:80,'
  t.match(read(down, { ...known, admin: 'drain' }), { admin: 'drain' })
  t.match(read(down, { ...known, admin: 'maint' }), { admin: 'ready' })
  t.match(read('nodes,s1,DRAIN,L4OK,,3,10.0.0.1:80,'), { admin: 'drain', health: 'up' })
  t.match(read('nodes,s1,MAINT (via x/y),,,,10.0.0.1:80,'), {
    admin: 'maint',
    health: 'down',
    checked: true,
  })
  t.end()
})

t.test('replies about another server, or that cannot be read, are none', t => {
  t.equal(read('nodes,s2,UP,L4OK,,3,10.0.0.1:80,'), undefined)
  t.equal(read(''), undefined)
  t.equal(read('nodes,s1,UP,L4OK,,3,/a/socket,'), undefined)
  t.equal(namedServer(known, { stat: 'No such proxy.\n', weights }), undefined)
  t.equal(
    namedServer(known, { stat: `${header}nodes,s1,UP,L4OK,,3,10.0.0.1:80,\n`, weights: '' }),
    undefined,
  )
  t.end()
})
