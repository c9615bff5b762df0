import { execFile } from 'node:child_process'
import { haproxyReleases, missingProgram, until } from 'real-components'
import t from 'tap'
import { agentClient } from '../../src/http/agent-client.js'
import type { Explanation } from '../../src/state/explanation.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { bin, liveAgent, type LiveAgent } from './live-agent.js'

function run(live: LiveAgent, ...words: string[]): Promise<{ code: number; stdout: string }> {
  return new Promise(resolve => {
    const args = [bin, ...words, '--config', live.configFile]
    const child = execFile(process.execPath, args, (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, stdout }),
    )
  })
}

for (const { version, program } of haproxyReleases()) {
  const skip = missingProgram('serf')
  t.test(
    `a member is explained, and a generation rolled back, on ${version}`,
    { skip },
    async t => {
      const live = await liveAgent(t, 'reconcileMs: 500', program)
      await live.member('s1')
      const serving = async (...names: string[]) => {
        const { pools } = await live.state()
        return pools[0]?.servers.map(({ name }) => name).join(' ') === names.join(' ')
      }
      await until('s1 to serve', () => serving('s1'))
      const explained = async () => {
        const response = await fetch(`${live.url}explain/s1`)
        return ((await response.json()) as Explanation).times
      }
      await until('a check of s1', async () => (await explained()).firstHealthy)
      t.equal((await explained()).firstRequest, undefined, 'no request was sent yet')
      t.equal(await (await fetch(live.front)).text(), 's1\n')
      const times = await until('the request to be seen', async () => {
        const found = await explained()
        return found.firstRequest !== undefined && found
      })
      const { seen = 0, admitted = 0, applied = 0, firstHealthy = 0, firstRequest = 0 } = times
      const order = [seen, admitted, applied, firstHealthy, firstRequest]
      t.same(
        order,
        order.toSorted((a, b) => a - b),
        'one after the other',
      )
      t.match((await run(live, 'explain', 's1')).stdout, /^ {2}first request +\d{4}-/m)

      const doctor = await run(live, 'doctor')
      t.notMatch(doctor.stdout, /^fail/m)
      t.equal(doctor.code, 0)

      const agent = agentClient(loadConfiguration(live.configFile))
      const history = await agent.get<readonly { number: number }[]>('/history')
      const numbers = history.map(each => each.number)
      const [first = 0, last = 0] = [numbers[0], numbers.at(-1)]
      const { difference } = await agent.get<{ difference: string }>(`/diff/${first}/${last}`)
      t.match(difference, /^\+ +server s1 /m)
      t.equal((await run(live, 'rollback', String(first))).code, 0)
      const frozen = await live.state()
      t.match(frozen, { mode: 'frozen', frozen: { generation: first } })
      await t.rejects(agent.post('/rollback/999'), {
        code: 'refused',
        message: /no generation 999/,
      })
      await agent.post('/thaw')
      await until('s1 to be back', async () => {
        const response = await fetch(live.front)
        return (await response.text()) === 's1\n'
      })
    },
  )
}
