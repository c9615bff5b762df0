import t from 'tap'
import { nodeTable } from '../../src/engine/node-table.js'

t.test('the table of nodes has a line for each, an ended one too', async t => {
  const facts = {
    address: '127.0.42.11',
    pid: 7,
    command: 's6-svscan scan',
    environment: {},
    processes: [],
  }
  const text = nodeTable([
    {
      ...facts,
      name: 's1',
      state: 'running',
      program: 's6-svscan',
      startedAt: '2026-01-01T00:00:00.000Z',
      ports: ['3000/tcp', '7946/udp'],
    },
    { ...facts, name: 's2', state: 'exited', program: '', startedAt: '', ports: [] },
  ])
  t.match(text.split('\n'), [
    /^NAME +PID 1/,
    /^s1 +s6-svscan +7 +2026-01-01T00:00:00.000Z +running +127.0.42.11 +3000\/tcp, 7946\/udp +0$/,
    /^s2 +– +7 +– +exited/,
    '',
  ])
})
