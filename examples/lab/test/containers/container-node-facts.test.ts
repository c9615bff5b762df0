import type { InspectedContainer } from 'lab-images'
import t from 'tap'
import { containerFacts } from '../../src/containers/container-node-facts.js'

const container: InspectedContainer = {
  Id: 'abc',
  State: { Status: 'exited', Pid: 0, StartedAt: '2026-01-01T01:00:00.5+01:00' },
  Config: { Env: ['A=1', 'B=x=y'], Labels: {} },
  NetworkSettings: { Networks: { lab: { IPAddress: '' } }, Ports: null },
}

t.test('a container that has ended has no processes, and keeps its planned address', async t => {
  t.match(containerFacts('s1', '10.1.2.11', container, undefined), {
    name: 's1',
    state: 'exited',
    program: '',
    address: '10.1.2.11',
    startedAt: '2026-01-01T00:00:00.500Z',
    ports: [],
    processes: [],
  })
})

t.test('the value of a variable may hold an equals sign', async t => {
  const { environment } = containerFacts('s1', '10.1.2.11', container, undefined)
  t.same(environment, { A: '1', B: 'x=y' })
})

t.test('the address of the network and the sorted ports are those of the container', async t => {
  const running = {
    ...container,
    State: { ...container.State, Status: 'running' },
    NetworkSettings: {
      Networks: { lab: { IPAddress: '10.1.2.99' } },
      Ports: { '8080/tcp': [], '1936/tcp': [] },
    },
  }
  t.match(containerFacts('s1', '10.1.2.11', running, 'btime 1\n'), {
    state: 'running',
    address: '10.1.2.99',
    ports: ['1936/tcp', '8080/tcp'],
  })
})
