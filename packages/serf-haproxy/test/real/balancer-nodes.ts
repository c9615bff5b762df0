import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { stringify } from 'yaml'
import { until } from 'real-components'
import { packageFile } from '../../src/package-file.js'
import { sharedAddress, type BalancerNetwork, type Host } from './balancer-network.js'

/** A load balancer of the test: a host with Serf, the agent, HAProxy and keepalived. */
export interface Balancer extends Host {
  readonly config: string
  readonly haproxy: ChildProcess
  readonly agent: ChildProcess
  /** Runs a command of serf-haproxy in the host. */
  command(...words: readonly string[]): string
}

/** Time for which a holder of the address has to stay the same. */
const settledMs = 1000

const seed = '10.99.0.31'
const program = packageFile('bin/serf-haproxy.js')

function startSerf(host: Host, name: string, address: string, role: string, rpc: string): void {
  const words = ['agent', `-node=${name}`, `-bind=${address}:7946`, `-rpc-addr=${rpc}`]
  host.start('serf', ...words, '-tag', `role=${role}`, `-retry-join=${seed}`, '-retry-interval=1s')
}

/** Starts the web servers, each with a member of its own, on one host. */
export function startWebServers(network: BalancerNetwork): Host {
  const web = network.host('web', seed)
  web.run('ip', 'address', 'add', '10.99.0.32/24', 'dev', 'eth0')
  const addresses = [seed, '10.99.0.32']
  web.start(process.execPath, new URL('balancer-web.js', import.meta.url).pathname, ...addresses)
  for (const [i, address] of addresses.entries())
    startSerf(web, `web${i + 1}`, address, 'web', `${address}:7373`)
  return web
}

/** Starts a balancer; resolves when its HAProxy serves and keepalived has its file. */
export async function startBalancer(network: BalancerNetwork, i: number): Promise<Balancer> {
  const name = `lb${i}`
  const host = network.host(name, `10.99.0.1${i}`)
  const folder = join(network.folder, name)
  mkdirSync(folder, { mode: 0o755 })
  const at = (file: string) => join(folder, file)
  const config = at('serf-haproxy.yaml')
  writeFileSync(config, stringify(configurationIn(at)))
  startSerf(host, name, host.address, 'balancer', '127.0.0.1:7373')
  const agent = host.start(process.execPath, program, 'run', '--config', config)
  await until(`${name}: the file of HAProxy`, () => existsSync(at('haproxy.cfg')))
  const haproxy = host.start('haproxy', '-W', '-S', at('master.sock'), '-f', at('haproxy.cfg'))
  await until(`${name}: the file of keepalived`, () => existsSync(at('keepalived.conf')))
  const files = ['-f', at('keepalived.conf'), '-p', at('keepalived.pid'), '-r', at('vrrp.pid')]
  host.start('keepalived', '-n', '-l', '-D', ...files)
  const command = (...words: readonly string[]) =>
    host.run(process.execPath, program, ...words, '--config', config)
  const started = { ...host, config, haproxy, agent, command }
  await until(`${name}: two servers`, () => serves(started))
  // Before, it has a lower priority, and the address may move once more.
  const log = join(network.folder, `${name}.log`)
  await until(`${name}: its agent is ready for keepalived`, () =>
    readFileSync(log, 'utf8').includes('VRRP_Script(agent) succeeded'),
  )
  return started
}

function configurationIn(at: (file: string) => string): object {
  const sticky = { cookie: 'SRV', key: '2f8e0c1d9b7a4635' }
  return {
    haproxy: {
      configFile: at('haproxy.cfg'),
      runtimeSocket: at('runtime.sock'),
      masterSocket: at('master.sock'),
    },
    stateFolder: at('state'),
    frontends: [{ name: 'www', bind: '0.0.0.0:80', pool: 'web' }],
    balancers: {
      networks: ['10.99.0.0/24'],
      keepalived: {
        address: `${sharedAddress}/24`,
        interface: 'eth0',
        file: at('keepalived.conf'),
        pidFile: at('keepalived.pid'),
      },
    },
    pools: [{ name: 'web', role: 'web', port: 3000, sticky, stickTable: {} }],
  }
}

/** Returns the number of clients in the stick table of a balancer's HAProxy. */
export async function stuckClients({ config }: Balancer): Promise<number> {
  const socket = connect({ path: join(dirname(config), 'runtime.sock') })
  socket.end('show table web\n')
  return (await text(socket)).split('key=').length - 1
}

function serves({ command }: Balancer): boolean {
  try {
    const { pools } = JSON.parse(command('status', '--json')) as {
      pools: { servers: { health?: string }[] }[]
    }
    return pools[0]?.servers.filter(({ health }) => health === 'up').length === 2
  } catch {
    return false
  }
}

/** Resolves with the one balancer that has the shared address, when it has had it for a while. */
export async function oneHolder(balancers: readonly Balancer[]): Promise<Balancer> {
  let holder: Balancer | undefined
  let since = 0
  return until('one holder of the address', () => {
    const holders = balancers.filter(balancer => balancer.hasAddress())
    const [found] = holders.length === 1 ? holders : []
    if (found !== holder) since = performance.now()
    holder = found
    return performance.now() - since > settledMs ? found : undefined
  })
}
