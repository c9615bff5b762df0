import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMasterClient, createRuntimeClient } from 'haproxy-runtime'
import {
  endProcess,
  freePort,
  haproxyPlace,
  haproxyReleases,
  loopbackAddress,
  missingProgram,
  until,
} from 'real-components'
import t from 'tap'
import { createCheck, createReloader, reloadViaMaster } from '../../src/index.js'

const skip = missingProgram('haproxy')

for (const { version, program } of skip ? [] : haproxyReleases()) {
  t.test(
    `HAProxy ${version} with two files and variables of its own is reloaded, and checked when it is away`,
    async t => {
      const place = haproxyPlace(t)
      const { configFile, folder } = place
      const address = loopbackAddress()
      writeFileSync(join(folder, 'static.cfg'), 'backend static\n  mode http\n')
      const text = (rules: string) => `global
  stats socket ${place.runtimeSocket} level admin
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend web
  bind "${address}:\${MYPORT}"
${rules}backend nodes
`
      writeFileSync(configFile, text(''))
      const args = '-W -db -S unix@master.sock -f haproxy.cfg -f static.cfg'.split(' ')
      const env = { ...process.env, MYPORT: String(await freePort(address)) }
      const child = spawn(program, args, { cwd: folder, env, stdio: 'ignore' })
      t.teardown(() => endProcess(child, 'SIGTERM'))
      const runtime = createRuntimeClient({ socket: place.runtimeSocket })
      const master = createMasterClient({ socket: place.masterSocket })
      await until('HAProxy', async () => {
        const processes = await master.processes().catch(() => undefined)
        return processes && (await runtime.info().catch(() => undefined))
      })
      const reload = reloadViaMaster({ socket: place.masterSocket })
      await using reloader = createReloader({ configFile, runtime, reload })
      const pools = [{ name: 'nodes', servers: [] }]
      const rules = '  use_backend static if { path /a }\n'
      t.match(await reloader.apply({ text: text(rules), pools }), { kind: 'applied' })
      const other = '  use_backend none if { path /a }\n'
      t.match(await reloader.apply({ text: text(other), pools }), {
        kind: 'rejected',
        report: /'none'/,
      })
      const check = createCheck({ configFile, runtime })
      t.match(await check(text(rules), {}), { ok: true })
      await endProcess(child, 'SIGTERM')
      t.match(await check(text(rules), {}), { ok: true }, 'the last HAProxy is remembered')
    },
  )
}

t.test('HAProxy is there', { skip }, async () => {})
