import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRuntimeClient, type RunningServer } from 'haproxy-runtime'
import {
  freePort,
  gossipKey,
  haproxyPlace,
  loopbackAddress,
  missingProgram,
  startApplication,
  startHaproxy,
  startSerfAgent,
  until,
  type Application,
  type HaproxyPlace,
  type SerfAgent,
  type SerfAgentOptions,
} from 'real-components'
import type { Test } from 'tap'
import type { TimelineEntry } from '../../src/state/agent-event.js'
import type { Agent } from '../../src/agent/agent.js'
import { createAgent, type AgentOptions } from '../../src/agent/create-agent.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { loadTemplate, renderMembers } from '../../src/rendering/render-members.js'

/** The cluster key of one test file: agents of others cannot join. */
export const key = gossipKey()
/** The RPC key of the load balancer's Serf agent. */
export const rpcKey = 'only for this test'

/** The reason to skip these tests where a program is missing. */
export const skip = missingProgram('serf', 'haproxy')

/** Differences from the default cluster. */
export interface RealClusterOptions {
  readonly template?: string
  /** More settings of `serf`. */
  readonly serf?: string
  /** More lines of the configuration. */
  readonly more?: string
  /** Options of the load balancer's Serf agent. */
  readonly lb?: Partial<SerfAgentOptions>
  readonly parts?: AgentOptions
  /** HAProxy's program. */
  readonly program?: string
}

/** A load balancer's Serf agent, a HAProxy, and the agent under test between them. */
export interface RealCluster {
  readonly place: HaproxyPlace
  /** The agent's configuration file. */
  readonly file: string
  readonly haproxy: ChildProcess
  readonly lb: SerfAgent
  readonly agent: Agent
  readonly events: TimelineEntry[]
  /** The address for clients. */
  readonly url: string
  /** Starts a member with an application that answers health checks. */
  member(
    name: string,
    options?: Partial<SerfAgentOptions>,
  ): Promise<SerfAgent & { application: Application }>
  servers(): Promise<readonly RunningServer[]>
  /** Resolves when the pool has exactly these servers. */
  pool(...names: string[]): Promise<unknown>
  /** Stops the agent, and resolves when it has stopped. */
  stop(): Promise<void>
}

/** Starts the cluster; it ends with the test. */
export async function startCluster(
  t: Test,
  options: RealClusterOptions = {},
): Promise<RealCluster> {
  const place = haproxyPlace(t)
  const tags = { role: 'balancer' }
  const lb = await startSerfAgent(t, { name: 'lb', key, rpcKey, tags, ...options.lb })
  const address = loopbackAddress()
  const applicationPort = await freePort(address)
  const port = await freePort(address)
  const file = join(place.folder, 'agent.yaml')
  const { template, serf = '', more = '' } = options
  writeFileSync(join(place.folder, 'rpc.key'), `${rpcKey}\n`)
  if (template !== undefined) writeFileSync(join(place.folder, 'own.hbs'), template)
  writeFileSync(
    file,
    `
serf: { rpc: '${options.lb?.rpcAddress ?? lb.address}:${lb.rpcPort}', authKeyFile: rpc.key, ${serf} }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '${address}:${port}', pool: nodes }]
pools: [{ name: nodes, tags: { role: backend }, port: { tag: port, default: ${applicationPort} }, healthCheck: /health, printTags: [wait] }]
reconcileMs: 500
listen: '${address}:${await freePort(address)}'
${template === undefined ? '' : 'template: own.hbs'}
${more}
`,
  )
  const configuration = loadConfiguration(file)
  const { rendered } = renderMembers(new Map(), configuration, loadTemplate(configuration))
  writeFileSync(place.configFile, rendered.text)
  const haproxy = await startHaproxy(t, place, undefined, options.program)

  const events: TimelineEntry[] = []
  const onEvent = (entry: TimelineEntry) => events.push(entry)
  const agent = createAgent(configuration, { file, onEvent, ...options.parts })
  const end = new AbortController()
  const running = agent.run({ signal: end.signal })
  const stop = async () => {
    end.abort()
    await running
  }
  t.teardown(stop)

  const runtime = createRuntimeClient({ socket: place.runtimeSocket })
  const servers = () => runtime.servers(['nodes']).catch(() => [])
  return {
    place,
    file,
    haproxy,
    lb,
    agent,
    events,
    servers,
    stop,
    url: `http://${address}:${port}/`,
    async member(name, { tags: own = {}, ...more } = {}) {
      const host = more.at?.address ?? loopbackAddress()
      const application = await startApplication(t, {
        host,
        port: Number(own['port'] ?? applicationPort),
      })
      const at = more.at ?? {
        address: host,
        gossipPort: await freePort(host),
        rpcPort: await freePort(host),
      }
      const wanted = { name, key, tags: { role: 'backend', ...own }, seeds: [lb], ...more, at }
      return { ...(await startSerfAgent(t, wanted)), application }
    },
    pool: (...names) =>
      until(`a pool of ${names.join(', ') || 'no server'}`, async () => {
        const found = (await servers()).map(({ name }) => name).toSorted()
        return found.join(' ') === names.join(' ')
      }),
  }
}
