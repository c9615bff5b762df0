import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRuntimeClient, type RuntimeClient } from 'haproxy-runtime'
import { until } from 'real-components'
import { startSerf, unitsOf, type Unit } from './debian-units.js'
import { commandsIn } from './page-blocks.js'
import type { Running, Shell } from './shell.js'

/** The end of the commands of a block. */
interface Ended {
  readonly code: number | null
  /** Output of all, with the paths and addresses of the page. */
  readonly output: string
}

/**
 * A load balancer as the how-tos describe it: Debian's places are below a folder,
 * the units of systemd are processes, and 10.0.0.X is 127.0.0.X.
 */
export interface DebianMachine {
  /** Returns the path of a page's file. */
  place(path: string): string
  /** Writes a file of a page. */
  write(path: string, text: string): void
  read(path: string): string
  systemctl(verb: string, unit: Unit): Promise<void>
  /** Runs the commands of a block until one fails. */
  run(code: string): Promise<Ended>
  /** Runs the commands of a block, and returns the output. @throws Error if one fails. */
  must(code: string): Promise<string>
  /** Resolves when pool web has exactly these servers, all of them healthy. */
  serves(...names: readonly string[]): Promise<unknown>
  readonly runtime: RuntimeClient
  /** Address of HAProxy's port 80 for the test. */
  readonly url: string
}

/** Differences from the machine lb. */
interface MachineOptions {
  readonly name?: 'lb' | 'lb2'
  /** HAProxy's file; by default that of Debian's package of the agent. */
  readonly configFile?: string
  /** Settings of its Serf agent. */
  readonly serf?: object
}

/** Addresses of the machines; the last number is the same in the test. */
const addresses = {
  lb: '10.0.0.5',
  lb2: '10.0.0.6',
  web1: '10.0.0.11',
  web2: '10.0.0.12',
  web3: '10.0.0.13',
}

type Name = keyof typeof addresses

/** Moves the addresses of a page to the loopback. */
const onLoopback = (text: string) => text.replaceAll(/\b10\.0\.0\.(?=\d)/g, '127.0.0.')

/** Settings of the Serf agent of a machine. */
function serfSettings(name: Name, more: object = {}): string {
  const address = addresses[name]
  const settings = {
    node_name: name,
    bind: address,
    // Programs on lb expect the default.
    ...(name !== 'lb' && { rpc_addr: `${address}:7373` }),
    tags: { role: name.startsWith('lb') ? 'balancer' : 'web' },
    retry_join: [name === 'lb' ? addresses.web1 : addresses.lb],
    retry_interval: '1s',
    profile: 'local',
    ...more,
  }
  return onLoopback(JSON.stringify(settings))
}

/** Makes a machine and starts its Serf agent; `systemctl` starts the other units. */
export async function startDebian(
  shell: Shell,
  options: MachineOptions = {},
): Promise<DebianMachine> {
  const { name = 'lb', configFile = '/var/lib/serf-haproxy/haproxy.cfg', serf } = options
  const folder = join(shell.folder, name)
  const address = shell.addresses[name === 'lb' ? 0 : 1]
  const place = (path: string) => join(folder, path)
  const moved = (text: string) =>
    onLoopback(text)
      .replaceAll(/(?<=^|[\s='"(:])\/(?=(?:etc|run|var|opt|usr\/sbin)\/)/gm, `${folder}/`)
      .replaceAll(/(?:\*|0\.0\.0\.0):80\b/g, `${address}:80`)
  const shown = (text: string) =>
    text.replaceAll(folder, '').replaceAll(/\b127\.0\.0\.(?=(?:5|6|1\d)\b)/g, '10.0.0.')
  const write = (path: string, text: string) => {
    mkdirSync(dirname(place(path)), { recursive: true })
    writeFileSync(place(path), moved(text))
  }
  for (const each of ['run/haproxy', 'var/lib/serf-haproxy', 'etc/haproxy'])
    mkdirSync(place(each), { recursive: true })
  write('/etc/serf/serf.json', serfSettings(name, serf))
  // The part of Debian's unit that `adopt` reads, with its socket below the folder.
  const start = `/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg -S ${place('/run/haproxy-master.sock')}`
  mkdirSync(place('/lib/systemd/system'), { recursive: true })
  writeFileSync(place('/lib/systemd/system/haproxy.service'), `[Service]\nExecStart=${start}\n`)
  let before = `PATH="${place('/usr/sbin')}:$PATH"; `
  if (name !== 'lb')
    before += moved(
      'export SERF_HAPROXY_SERF_RPC=10.0.0.6:7373 SERF_HAPROXY_LISTEN=10.0.0.6:9642; ',
    )
  const systemctl = unitsOf(shell, { place, configFile: place(configFile), before: () => before })
  const runLine = async (line: string): Promise<Ended> => {
    const [, verb, unit] = /^systemctl (\w+) (serf|haproxy|serf-haproxy)$/.exec(line) ?? []
    if (verb !== undefined) {
      await systemctl(verb, unit as Unit)
      return { code: 0, output: '' }
    }
    const own = moved(line)
      .replace(/^runuser -u serf-haproxy --/, 'setpriv --bounding-set=-all')
      .replace(/^serf-haproxy adopt .*/, `$& --root ${folder}`)
    if (line.startsWith('export ')) before += `${own}; `
    const { code, output } = await shell.run(before + own)
    return { code, output: shown(output) }
  }
  const run = async (code: string) => {
    let output = ''
    const lines = commandsIn(code)
    for (const [i, line] of lines.entries()) {
      const ended = await runLine(line)
      output += ended.output
      // A plan with something to do ends with 1.
      const isPlanBetween = line === 'serf-haproxy plan' && i < lines.length - 1
      if (ended.code !== 0 && !isPlanBetween) return { code: ended.code, output }
    }
    return { code: 0, output }
  }
  const runtime = createRuntimeClient({ socket: place('/run/haproxy/admin.sock') })
  await systemctl('start', 'serf')
  return {
    place,
    write,
    read: path => readFileSync(place(path), 'utf8'),
    systemctl,
    run,
    async must(code) {
      const ended = await run(code)
      if (ended.code !== 0) throw new Error(`${code} ended with ${ended.code}: ${ended.output}`)
      return ended.output
    },
    serves: (...names) => untilServing(runtime, names),
    runtime,
    url: `http://${address}/`,
  }
}

/** Resolves when pool web has exactly these servers, all of them healthy. */
function untilServing(runtime: RuntimeClient, names: readonly string[]): Promise<true> {
  return until(`the healthy servers ${names.join(', ')}`, async () => {
    const servers = await runtime.servers(['web']).catch(() => [])
    const healthy = servers.filter(
      ({ health, admin, passedChecks }) => health === 'up' && admin === 'ready' && passedChecks > 0,
    )
    const found = healthy.map(({ name }) => name).toSorted()
    return servers.length === names.length && found.join() === names.join()
  })
}

/** The processes of a web server. */
export interface WebServer {
  application: Running
  serf: Running
  /** Starts the application again. */
  startApplication(): Promise<Running>
  /** Starts the Serf agent again, with other settings. */
  startSerf(more?: object): Promise<Running>
}

/** Starts the application of a web server, which answers with its name, and its Serf agent. */
export async function startWebServer(
  shell: Shell,
  name: Exclude<Name, 'lb' | 'lb2'>,
  more: object = {},
): Promise<WebServer> {
  const host = onLoopback(addresses[name])
  const config = join(shell.folder, `${name}.json`)
  const program = `require('node:http').createServer((_, r) => r.end('${name}')).listen(3000, '${host}', () => console.log('listening'))`
  const startApplication = async () => {
    const application = shell.launch(`exec "${process.execPath}" -e "${program}"`)
    await until('the application', () => application.output().includes('listening'))
    return application
  }
  const start = (others: object = {}) => {
    writeFileSync(config, serfSettings(name, { ...more, ...others }))
    return startSerf(shell, config)
  }
  const [application, serf] = [await startApplication(), await start()]
  return { application, serf, startApplication, startSerf: start }
}
