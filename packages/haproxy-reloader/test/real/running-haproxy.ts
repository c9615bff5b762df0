import type { ChildProcess } from 'node:child_process'
import { createRuntimeClient, type RuntimeClient } from 'haproxy-runtime'
import {
  freePort,
  haproxyHead,
  haproxyPlace,
  haproxyReleases,
  loopbackAddress,
  missingProgram,
  startHaproxy,
  type HaproxyPlace,
  type Tidy,
} from 'real-components'
import type { Test } from 'tap'
import {
  checkConfiguration,
  createReloader,
  reloadViaMaster,
  type DesiredServer,
  type DesiredState,
  type Reloader,
  type ReloaderOptions,
} from '../../src/index.js'

/** Has each HAProxy there is prove the same. */
export function onEachHaproxy(
  t: Test,
  prove: (t: Test, program: string, which: number) => Promise<void>,
): void {
  const releases = haproxyReleases()
  t.test('there is a HAProxy', { skip: missingProgram('haproxy') }, async t => {
    t.ok(releases.length > 0)
  })
  for (const [which, { version, program }] of releases.entries())
    t.test(`on HAProxy ${version}`, t => prove(t, program, which))
}

/** What a test needs to keep one HAProxy at a configuration. */
export interface Workbench extends HaproxyPlace {
  readonly url: string
  readonly runtime: RuntimeClient
  /** The whole configuration with these servers in the pool `nodes`, and more sections behind it. */
  desire(servers: readonly DesiredServer[], more?: string): DesiredState
  reloader(options?: Partial<ReloaderOptions>): Reloader
  start(desired?: DesiredState): Promise<ChildProcess>
}

/** Paths, a free address and nothing that runs yet. */
export async function workbench(t: Tidy, program = 'haproxy'): Promise<Workbench> {
  const place = haproxyPlace(t)
  const address = loopbackAddress()
  const port = await freePort(address)
  const runtime = createRuntimeClient({ socket: place.runtimeSocket })
  return {
    ...place,
    url: `http://${address}:${port}/`,
    runtime,
    desire: (servers, more = '') => configuration(place, `${address}:${port}`, servers, more),
    reloader(options) {
      const reloader = createReloader({
        configFile: place.configFile,
        runtime,
        reload: reloadViaMaster({ socket: place.masterSocket }),
        check: (file, limits) => checkConfiguration(file, { binary: program, ...limits }),
        ...options,
      })
      t.teardown(() => reloader.close())
      return reloader
    },
    start: desired => startHaproxy(t, place, desired?.text, program),
  }
}

/** A server where nobody listens: nothing is sent to it unless a test makes requests. */
export function server(name: string, more: Partial<DesiredServer> = {}): DesiredServer {
  return { name, address: '127.0.0.1', port: 9, weight: 10, options: '', ...more }
}

function configuration(
  place: HaproxyPlace,
  bind: string,
  servers: readonly DesiredServer[],
  more: string,
): DesiredState {
  const head = `${haproxyHead(place)}frontend web
  bind ${bind}
  default_backend nodes
backend nodes
  balance roundrobin
`
  const lines = servers.map(
    ({ name, address, port, weight, options }) =>
      `  server ${name} ${address}:${port} weight ${weight} ${options}`.trimEnd() + '\n',
  )
  return {
    text: head + lines.join('') + more,
    pools: [{ name: 'nodes', servers }],
    lines: servers.map(({ name }, i) => ({
      line: head.split('\n').length + i,
      pool: 'nodes',
      server: name,
    })),
  }
}
