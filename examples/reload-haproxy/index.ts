// Keeps HAProxy at a desired state: a new server needs no reload, a new setting
// does. The fake HAProxy stands for a real one, with the same two sockets.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReloader, reloadViaMaster, type DesiredState } from 'haproxy-reloader'
import { createRuntimeClient } from 'haproxy-runtime'
import { startFakeHaproxy } from 'haproxy-runtime/fake-haproxy'

const folder = await mkdtemp(join(tmpdir(), 'reload-haproxy-'))
const configFile = join(folder, 'haproxy.cfg')
const runtimeSocket = join(folder, 'runtime.sock')
const masterSocket = join(folder, 'master.sock')
await writeFile(configFile, desired(['s1']).text)
const fake = await startFakeHaproxy({ configFile, runtimeSocket, masterSocket, version: '3.0' })
const reloader = createReloader({
  configFile,
  runtime: createRuntimeClient({ socket: runtimeSocket }),
  reload: reloadViaMaster({ socket: masterSocket }),
  // The default is `haproxy -c`.
  check: async () => ({ ok: true }),
})
for (const state of [desired(['s1', 's2']), desired(['s1', 's2'], 'leastconn')]) {
  const outcome = await reloader.apply(state)
  console.log(outcome.kind, outcome.kind === 'applied' ? `via ${outcome.via}` : '')
}
console.log(`s2 is ${fake.server('nodes', 's2')?.admin}`)
await reloader.close()
await fake.close()
await rm(folder, { recursive: true })

function desired(names: readonly string[], balance = 'roundrobin'): DesiredState {
  const servers = names.map((name, i) => {
    return { name, address: `10.0.0.${i + 1}`, port: 3000, weight: 100, options: 'check' }
  })
  const lines = servers.map(s => `  server ${s.name} ${s.address}:${s.port} weight 100 check\n`)
  const text = `backend nodes\n  balance ${balance}\n${lines.join('')}`
  return { text, pools: [{ name: 'nodes', servers }] }
}
