import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from 'real-components'
import t from 'tap'
import { createAgent } from '../../src/agent/create-agent.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'

t.test(
  'a second agent is locked out, and a restarted agent adopts the running servers without a reload',
  { skip },
  async t => {
    const { file, servers, runtime } = await startPlace(t)
    const first = runAgent(t, file)
    first.tell([fakeMember(1), fakeMember(2)])
    await until('two servers', async () => (await servers()).length === 2)
    const rival = createAgent(loadConfiguration(file))
    await t.rejects(rival.run({ signal: new AbortController().signal }), { code: 'locked' })
    await first.agent.freeze('by hand')
    // A freeze that was answered is on disk.
    const { stateFolder } = loadConfiguration(file)
    t.match(readFileSync(join(stateFolder, 'memory.json'), 'utf8'), /"reason":"by hand"/)
    await first.stop()
    const { pid } = await runtime.info()
    const second = runAgent(t, file)
    second.tell([fakeMember(3)])
    await until('the second to decide', () =>
      second.agent.state().members.some(({ name }) => name === 's3'),
    )
    t.match(second.agent.state(), { mode: 'frozen', frozen: { reason: 'by hand' } })
    await second.agent.thaw()
    await until('s3', async () => (await servers()).some(({ name }) => name === 's3'))
    t.equal((await runtime.info()).pid, pid)
  },
)
