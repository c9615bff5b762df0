import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createMasterClient, createRuntimeClient } from 'haproxy-runtime'
import {
  freePort,
  haproxyPlace,
  loopbackAddress,
  missingProgram,
  startHaproxy,
} from 'real-components'
import type { Test } from 'tap'
import { createAgent, type AgentOptions } from '../../src/agent/create-agent.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { fakeWatch } from './fake-membership.js'

/** The reason to skip these tests where a program is missing. */
export const skip = missingProgram('haproxy')

/** Starts a real HAProxy, and writes an agent configuration for it. */
export async function startPlace(
  t: Test,
  { program = 'haproxy', more = '', args = '', prepare = (_folder: string) => {} } = {},
) {
  const paths = haproxyPlace(t)
  prepare(paths.folder)
  const address = loopbackAddress()
  const file = join(paths.folder, 'agent.yaml')
  writeFileSync(
    file,
    `
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '${address}:${await freePort(address)}', pool: nodes }]
pools: [{ name: nodes, role: backend, port: { tag: port }, weight: { tag: weight, default: 100 } }]
reconcileMs: 500
${more.replaceAll('FOLDER', paths.folder)}
`,
  )
  const configuration = loadConfiguration(file)
  const renderer = await openRenderer(configuration)
  const { text, files = [] } = renderer.render(new Map(), new Map()).rendered
  for (const file of [{ path: paths.configFile, text }, ...files])
    writeFileSync(file.path, file.text)
  const further = args.replaceAll('FOLDER', paths.folder).split(' ').filter(Boolean)
  await startHaproxy(t, paths, undefined, program, further)
  const runtime = createRuntimeClient({ socket: paths.runtimeSocket })
  const master = createMasterClient({ socket: paths.masterSocket })
  return {
    ...paths,
    file,
    configuration,
    renderer,
    runtime,
    master,
    servers: () => runtime.servers(['nodes']),
  }
}

/** Listens on a free port until the test ends, and returns the port. */
export async function listeningPort(t: Test): Promise<number> {
  // HAProxy's check connects, and resets the connection.
  const server = createServer(socket => socket.on('error', () => {}).resume())
  server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Runs an agent in this process. `tell` changes its members. */
export function runAgent(t: Test, file: string, parts: AgentOptions = {}) {
  const { membership, tell } = fakeWatch()
  const agent = createAgent(loadConfiguration(file), { sources: { membership }, ...parts })
  const end = new AbortController()
  const running = agent.run({ signal: end.signal })
  const stop = async () => {
    end.abort()
    await running
  }
  t.teardown(stop)
  return { agent, stop, tell }
}
