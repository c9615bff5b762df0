import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { loopbackAddress, missingProgram, startHaproxy, temporaryFolder } from 'real-components'
import t from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { checkListeners } from '../../src/doctor/check-listeners.js'
import { loadTemplate, renderMembers } from '../../src/rendering/render-members.js'
import { runCommand, writeConfiguration } from '../run-command.js'

const skip = missingProgram('haproxy')
const { signal } = new AbortController()

t.test('nothing is found without HAProxy and without a probe', async t => {
  const configuration = loadConfiguration(await writeConfiguration(temporaryFolder(t)))
  t.same(await checkListeners(configuration, signal), [])
})

t.test('a template that is wrong is left to another check', async t => {
  const folder = temporaryFolder(t)
  const file = await writeConfiguration(folder, { template: 'global\n{{#each pools}\n' })
  t.same(await checkListeners(loadConfiguration(file), signal), [])
})

t.test('a taken port and a failing probe are found, by check too', { skip }, async t => {
  const folder = temporaryFolder(t)
  const file = await writeConfiguration(folder)
  const before = loadConfiguration(file)
  const { rendered } = renderMembers(new Map(), before, loadTemplate(before))
  const { configFile, runtimeSocket, masterSocket = '' } = before.haproxy
  await startHaproxy(t, { folder, configFile, runtimeSocket, masterSocket }, rendered.text)

  const [web] = before.frontends
  const url = `http://${web?.bind.address}:${web?.bind.port}/`
  const other = createServer().listen(0, loopbackAddress())
  t.teardown(() => other.close())
  await once(other, 'listening')
  const { address, port } = other.address() as AddressInfo
  const text = readFileSync(file, 'utf8')
    .replace('haproxy: {', `haproxy: { probe: { url: '${url}' },`)
    .replace(
      'frontends: [',
      `frontends: [{ name: more, bind: '${address}:${port}', pool: nodes }, `,
    )
  writeFileSync(file, text)

  const cannot = new RegExp(`cannot listen at ${address}:${port}: .* \\(process ${process.pid}\\)`)
  t.match(await checkListeners(loadConfiguration(file), signal), [
    { check: 'ports', level: 'fail', text: cannot },
    { check: 'probe', level: 'warn', text: /got 503/, remedy: /haproxy\.probe/ },
  ])
  const checked = ['check', '--no-members', '--config', file]
  t.match(await runCommand(...checked), { code: 1, stdout: '', stderr: cannot })
  t.match(JSON.parse((await runCommand(...checked, '--json')).stdout), {
    ok: true,
    takenPorts: [cannot],
  })
})
