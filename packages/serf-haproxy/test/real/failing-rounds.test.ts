import { readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

t.test(
  'a check that does not end is a reason, HAProxy keeps its file, and the next check may pass',
  { skip },
  async t => {
    const { file, folder, configFile } = await startPlace(t)
    const before = readFileSync(configFile, 'utf8')
    const [binary, hang] = [join(folder, 'wrapper'), join(folder, 'hang')]
    const script = `#!/bin/sh\nwhile [ -e '${hang}' ]; do sleep 600; done\nexec haproxy "$@"\n`
    writeFileSync(binary, script, { mode: 0o755 })
    writeFileSync(hang, '')
    const settings = `{ maxConnections: 2000, binary: '${binary}', checkTimeoutMs: 1000,`
    writeFileSync(file, readFileSync(file, 'utf8').replace('haproxy: {', `haproxy: ${settings}`))
    const { agent, tell } = runAgent(t, file)
    tell([fakeMember(1)])
    await until('the failed round', () => agent.state().fault !== undefined)
    const { status, reasons } = healthOf(agent.state())
    t.equal(status, 'degraded')
    t.match(
      reasons[0],
      /^the last round failed: The configuration cannot be checked: expected the result of `.*wrapper -c .*` within 1000 ms, got none, and the program was killed/,
    )
    t.equal(readFileSync(configFile, 'utf8'), before)
    unlinkSync(hang)
    await until('the change', () => readFileSync(configFile, 'utf8').includes('maxconn 2000'))
    await until('health', () => healthOf(agent.state()).status === 'ok')
  },
)
