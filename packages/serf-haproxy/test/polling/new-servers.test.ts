import t from 'tap'
import { NewServers } from '../../src/polling/new-servers.js'
import type { AgentFact } from '../../src/reporting/agent-fact.js'
import { applied, decisionOn, outcomeFact, recordAfter } from '../reporting/sample-facts.js'
import { serverStatistics } from '../sample-server-statistics.js'

const seen = (name: string, totalSessions: number): AgentFact => ({
  kind: 'observation',
  observation: {
    haproxy: { reachable: true },
    servers: new Map([[`nodes/${name}`, serverStatistics(name, { check: 'L4OK', totalSessions })]]),
  },
})
const names = (servers: ReturnType<NewServers['of']>) => servers.map(({ name }) => name)

t.test('a server is new from its change on, until it had a request', async t => {
  const newServers = new NewServers()
  const { fact } = await decisionOn({ s1: 'alive', s2: 'alive' })
  const decided = recordAfter([fact]).record
  t.same(newServers.of(decided, 1), [])
  const changed = recordAfter([outcomeFact(applied(1))], decided).record
  t.same(newServers.of(changed, 1), [
    { pool: 'nodes', name: 's1' },
    { pool: 'nodes', name: 's2' },
  ])
  const healthy = recordAfter([seen('s1', 0)], changed).record
  t.same(names(newServers.of(healthy, 1)), ['s1', 's2'])
  t.ok(newServers.isCheckAwaited, 'the check of s2')
  t.equal(newServers.newestAgeMs(1001), 1000)
  const used = recordAfter([seen('s1', 1)], healthy).record
  t.same(names(newServers.of(used, 1)), ['s2'])
  t.same(names(newServers.of(used, 9000)), ['s2'])
  newServers.of(recordAfter([seen('s2', 0)], used).record, 9000)
  t.notOk(newServers.isCheckAwaited)
  t.same(newServers.of(used, 10_002), [], 'it is not new for ever')
})

t.test(
  'a server that drains or is removed is not new, and is again when it serves again',
  async t => {
    const newServers = new NewServers()
    const { fact, memory } = await decisionOn({ s1: 'alive' })
    const first = recordAfter([fact, outcomeFact(applied(1))]).record
    t.same(names(newServers.of(first, 1)), ['s1'])
    const left = (await decisionOn({ s1: 'left' }, { memory })).fact
    const second = recordAfter([left, outcomeFact(applied(2))], first).record
    t.same(newServers.of(second, 1), [])
    const third = recordAfter([fact, outcomeFact(applied(3))], second).record
    t.same(names(newServers.of(third, 1)), ['s1'])
  },
)
