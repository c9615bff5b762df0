import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { defaultTemplate } from 'haproxy-config-render'
import { freePort, haproxyReleases, loopbackAddress, until } from 'real-components'
import t from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'

/** A frontend whose answer has the process id of the worker. */
const checked = (address: string, status: number) => `
frontend checked
  bind ${address}
  http-request return status ${status} content-type text/plain string ok hdr x-worker %pid
`

t.test('there is a HAProxy', { skip }, async t => {
  t.ok(haproxyReleases().length > 0)
})

for (const { version, program } of haproxyReleases()) {
  t.test(`a template after which the probe fails is rolled back by HAProxy ${version}`, async t => {
    const address = `${loopbackAddress()}:${await freePort('127.0.0.1')}`
    const { file, folder, servers, runtime } = await startPlace(t, {
      program,
      more: 'template: my.hbs',
      prepare: folder =>
        writeFileSync(`${folder}/my.hbs`, defaultTemplate.source + checked(address, 200)),
    })
    const text = readFileSync(file, 'utf8')
    const probe = `{ url: 'http://${address}/', workerHeader: x-worker, timeoutMs: 2000 }`
    writeFileSync(file, text.replace('haproxy: {', `haproxy: { probe: ${probe},`))
    const { agent, tell } = runAgent(t, file)
    tell([fakeMember(1)])
    await until('a server', async () => (await servers()).length === 1)

    const use = async (template: string) => {
      writeFileSync(`${folder}/my.hbs`, template)
      t.equal(await agent.configure(() => loadConfiguration(file)), undefined)
    }
    await use(defaultTemplate.source + checked(address, 503))
    const outcome = await until('the rollback', () => {
      const { outcome: last } = agent.state()
      return last?.kind === 'rolled-back' && last
    })
    t.match(
      outcome.cause,
      /the probe failed for 2000 ms: http:.*got 503 "ok"; the last good .* runs/,
    )
    t.equal((await fetch(`http://${address}/`)).status, 200)

    const other = createServer().listen(0, loopbackAddress())
    t.teardown(() => other.close())
    await once(other, 'listening')
    const { address: host, port: taken } = other.address() as AddressInfo
    const { pid } = await runtime.info()
    await use(`${defaultTemplate.source + checked(address, 200)}  bind ${host}:${taken}\n`)
    const rejection = await until('the rejection', () => {
      const { outcome: last } = agent.state()
      return last?.kind === 'rejected' && last
    })
    t.match(rejection.report, `cannot listen at ${host}:${taken}: `)
    t.equal((await runtime.info()).pid, pid)

    await use(`${defaultTemplate.source + checked(address, 200)}  maxconn 100\n`)
    await until('a reload', () => agent.state().outcome?.kind === 'applied')
  })
}
