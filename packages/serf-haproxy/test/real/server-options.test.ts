import { readFileSync, writeFileSync } from 'node:fs'
import { haproxyReleases, until } from 'real-components'
import t from 'tap'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'

const words = 'ssl verify none sni str(x.example) maxconn 100 inter 2s send-proxy-v2'

for (const { version, program } of skip ? [] : haproxyReleases()) {
  t.test(`HAProxy ${version} takes the words of a pool at run time`, async t => {
    const place = await startPlace(t, { program })
    const { file, servers, runtime, configFile } = place
    const yaml = readFileSync(file, 'utf8')
    writeFileSync(file, yaml.replace('role: backend', `$&, serverOptions: "${words}"`))
    const { agent, tell } = runAgent(t, file)
    tell([fakeMember(1)])
    await until('the first server', async () => (await servers()).length === 1)
    const { pid } = await runtime.info()
    tell([fakeMember(1), fakeMember(2)])
    await until('the second server', async () => (await servers()).length === 2)
    await until('the file', () => readFileSync(configFile, 'utf8').includes('server s2 '))
    t.equal((await runtime.info()).pid, pid, 'without a reload')
    t.match(
      readFileSync(configFile, 'utf8'),
      /server s2 .* check inter 2s fastinter .* mark-down ssl verify none sni str\(x\.example\) maxconn 100 send-proxy-v2\n/,
    )
    t.match(agent.state().quarantined, [])
  })
}
