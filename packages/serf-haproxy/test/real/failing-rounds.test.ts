import { renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { until } from 'real-components'
import t from 'tap'
import { healthOf, readinessOf } from '../../src/reporting/health.js'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'

t.test(
  'a configuration file that leads nowhere is a reason until it is there again',
  { skip },
  async t => {
    const { file, configFile, servers } = await startPlace(t)
    renameSync(configFile, `${configFile}.kept`)
    symlinkSync('missing/haproxy.cfg', configFile)
    const { agent, tell } = runAgent(t, file)
    tell([fakeMember(1)])
    await until('the failed round', () => agent.state().fault !== undefined)
    const state = agent.state()
    t.equal(healthOf(state).status, 'degraded')
    t.match(healthOf(state).reasons[0], /^the last round failed: .*haproxy\.cfg/)
    t.notOk(readinessOf(state).ready)
    t.ok(agent.explain('s1').isKnown)
    unlinkSync(configFile)
    renameSync(`${configFile}.kept`, configFile)
    await until('the server', async () => (await servers()).length === 1)
    await until('a round that succeeds', () => agent.state().fault === undefined)
    await until('health', () => healthOf(agent.state()).status === 'ok')
    t.ok(readinessOf(agent.state()).ready)
  },
)
