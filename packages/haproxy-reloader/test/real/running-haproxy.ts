import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { checkConfiguration } from 'haproxy-config-text'
import { createRuntimeClient, type RuntimeClient } from 'haproxy-runtime'
import {
  freePort,
  haproxyHead,
  haproxyPlace,
  haproxyReleases,
  loopbackAddress,
  missingProgram,
  startHaproxy,
  until,
  type HaproxyPlace,
  type Tidy,
} from 'real-components'
import type { Test } from 'tap'
import {
  createReloader,
  reloadViaMaster,
  type DesiredServer,
  type DesiredState,
  type Reloader,
  type ReloaderOptions,
} from '../../src/index.js'

/** Runs the same tests with each installed HAProxy. */
export function onEachHaproxy(
  t: Test,
  tests: (t: Test, program: string, which: number) => Promise<void>,
): void {
  const releases = haproxyReleases()
  t.test('there is a HAProxy', { skip: missingProgram('haproxy') }, async t => {
    t.ok(releases.length > 0)
  })
  for (const [which, { version, program }] of releases.entries())
    t.test(`on HAProxy ${version}`, t => tests(t, program, which))
}

/** Paths, a client and factories for tests with one HAProxy. */
export interface Workbench extends HaproxyPlace {
  readonly url: string
  readonly runtime: RuntimeClient
  /** Returns the whole configuration with these servers in the pool `nodes`, followed by more sections. */
  desire(servers: readonly DesiredServer[], more?: string): DesiredState
  reloader(options?: Partial<ReloaderOptions>): Reloader
  start(desired?: DesiredState): Promise<ChildProcess>
}

/** Creates a workbench with a free address; HAProxy does not run yet. */
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
        check: (text, limits) =>
          checkConfiguration(text, { binary: program, configFile: place.configFile, ...limits }),
        ...options,
      })
      t.teardown(() => reloader.close())
      return reloader
    },
    start: desired => startHaproxy(t, place, desired?.text, program),
  }
}

/** Returns a server on a port without listener; it gets traffic only if a test makes requests. */
export function server(name: string, more: Partial<DesiredServer> = {}): DesiredServer {
  return { name, address: '127.0.0.1', port: 9, weight: 10, options: '', ...more }
}

/** Starts a HAProxy with one server, s1, and creates a reloader for it. */
export async function withOneServer(t: Tidy, program: string) {
  const bench = await workbench(t, program)
  const good = bench.desire([server('s1')])
  const haproxy = await bench.start(good)
  return { bench, good, haproxy, reloader: bench.reloader(), pid: await pidOf(bench) }
}

/** Does as {@link withOneServer}, and lets the reloader adopt the running configuration. */
export async function adopted(t: Tidy, program: string) {
  const made = await withOneServer(t, program)
  await made.reloader.apply(made.good)
  return made
}

/** Returns the process id of the worker that answers. */
export async function pidOf({ runtime }: Workbench): Promise<number> {
  return (await runtime.info()).pid
}

/** Returns the servers of the pool `nodes` as HAProxy runs them. */
export async function running({ runtime }: Workbench) {
  return (await runtime.servers(['nodes'])).map(({ name, address, port, weight, admin }) => ({
    name,
    address,
    port,
    weight,
    admin,
  }))
}

/** Returns the text of the configuration file. */
export function fileText({ configFile }: Workbench): string {
  return readFileSync(configFile, 'utf8')
}

/** Stops a process, and waits until each of its threads stands still: until then one may still answer. */
export async function stopProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  const threads = `/proc/${pid}/task`
  await until('the process to stand still', () =>
    readdirSync(threads).every(id => / T /.test(readFileSync(`${threads}/${id}/stat`, 'utf8'))),
  )
}

/** Continues a stopped process; one that has exited already is ignored. */
export function continueIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT')
  } catch {
    // It has exited already.
  }
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
