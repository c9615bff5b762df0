import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from 'real-components'
import t from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'

t.test(
  'a new configuration is validated before it is used, and a policy that throws keeps the last good state',
  { skip },
  async t => {
    const { file, folder, servers } = await startPlace(t)
    const { agent, tell } = runAgent(t, file)
    tell([fakeMember(1), fakeMember(2)])
    await until('two servers', async () => (await servers()).length === 2)
    const policy = join(folder, 'policy.mjs')
    const withPolicy = () => ({ ...loadConfiguration(file), policy })
    t.match(await agent.configure(withPolicy), /cannot load .*policy\.mjs/)
    t.match(agent.state().configuration.refused, /cannot load/)
    const moved = () => ({ ...loadConfiguration(file), stateFolder: '/elsewhere' })
    t.match(await agent.configure(moved), /stateFolder: changed; .* restart/)
    writeFileSync(
      policy,
      'export default members => {\n  if (members.length > 2) throw new Error("three are too many")\n  return members.filter(({ name }) => name !== "s1")\n}\n',
    )
    t.equal(await agent.configure(withPolicy), undefined)
    tell([fakeMember(1), fakeMember(2)])
    await until('s1 to be left out', async () =>
      (await servers()).every(({ name, weight }) => name !== 's1' || weight === 0),
    )
    tell([fakeMember(1), fakeMember(2), fakeMember(3)])
    await until('the policy to fail', () =>
      /three are too many/.test(agent.state().fault?.error ?? ''),
    )
    t.same(
      (await servers()).filter(({ weight }) => weight > 0).map(({ name }) => name),
      ['s2'],
    )
    tell([fakeMember(1), fakeMember(2)])
    await until('the error to be over', () => agent.state().fault === undefined)
  },
)
