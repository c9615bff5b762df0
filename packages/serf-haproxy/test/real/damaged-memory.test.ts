import { chmodSync, readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { until } from 'real-components'
import t from 'tap'
import { healthOf, readinessOf } from '../../src/reporting/health.js'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'

t.test(
  'a freeze outlives a damaged memory and an open state folder, until a thaw',
  { skip },
  async t => {
    const { file, folder, servers } = await startPlace(t, { more: 'stateFolder: state' })
    const count = async () => (await servers()).length
    const first = runAgent(t, file)
    first.tell([fakeMember(1)])
    await until('a server', async () => (await count()) === 1)
    await first.agent.freeze('maintenance')
    await first.stop()
    const state = join(folder, 'state')
    truncateSync(join(state, 'memory.json'), 20)
    chmodSync(state, 0o777)
    const second = runAgent(t, file)
    second.tell([fakeMember(1), fakeMember(2)])
    await until('a decision', () => second.agent.state().members.some(({ name }) => name === 's2'))
    t.equal(await count(), 1)
    t.match(
      healthOf(second.agent.state()).reasons.join('\n'),
      /^frozen: .*memory\.json cannot be read .*thaw/m,
    )
    t.match(readinessOf(second.agent.state()).reasons.join(), /frozen: .*memory\.json/)
    const repairs = second.agent.events.entries().filter(({ kind }) => kind === 'repair')
    t.match(repairs, [{ text: /had mode 777/ }, { text: /memory\.json cannot be read/ }])
    t.equal(statSync(state).mode & 0o777, 0o700)
    // The freeze is still there after the next start.
    await second.stop()
    const third = runAgent(t, file)
    third.tell([fakeMember(1), fakeMember(2)])
    await until('the freeze', () => third.agent.state().mode === 'frozen')
    await third.agent.thaw()
    await until('both servers', async () => (await count()) === 2)
    await until('health', () => healthOf(third.agent.state()).status === 'ok')
    t.ok(readdirSync(state).some(name => name.startsWith('memory.json.unreadable-')))
  },
)
