import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder, until, type Tidy } from 'real-components'

/** The address that one of the balancers has. */
export const sharedAddress = '10.99.0.100'

/** A request of a client: time of the begin, milliseconds, the answer or the error, and whether it succeeded. */
export type ClientRequest = readonly [at: number, ms: number, answer: string, isOk: boolean]

/** A host: a network namespace on the bridge of its test. */
export interface Host {
  readonly name: string
  readonly address: string
  /** Starts a program in the host; its output goes to a file of the test. */
  start(program: string, ...args: readonly string[]): ChildProcess
  /** Runs a program in the host, and returns its output. */
  run(program: string, ...args: readonly string[]): string
  /** Sends a signal to each process that was started in the host, and to their children. */
  signal(name: NodeJS.Signals): void
  /** Sets the host's link to the bridge. */
  link(state: 'up' | 'down'): void
  /** Returns whether the host has the shared address. */
  hasAddress(): boolean
}

/** Clients that send requests. */
interface Load {
  /** Resolves after this number of further answers. */
  answered(more: number): Promise<void>
  /** Ends the requests, and returns all. */
  end(): Promise<readonly ClientRequest[]>
}

/** A network of hosts, on a bridge of its own. */
export interface BalancerNetwork {
  readonly folder: string
  /** The host of the clients, which has the bridge. */
  readonly clients: Host
  host(name: string, address: string): Host
  /** Begins requests to the shared address. */
  load(everyMs: number): Promise<Load>
}

const ip = (...args: readonly string[]) =>
  execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** Makes the network. It ends with the test, with each process in it. */
export function balancerNetwork(t: Tidy): BalancerNetwork {
  const folder = temporaryFolder(t)
  const prefix = `shb${randomInt(1, 100_000)}`
  const clientsIn = `${prefix}c`
  const clients = addHost(t, folder, {
    name: 'clients',
    address: '10.99.0.1',
    namespace: clientsIn,
  })
  const inClients = (...args: readonly string[]) => ip('-n', clientsIn, ...args)
  inClients('link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0')
  inClients('address', 'add', '10.99.0.1/24', 'dev', 'br0')
  inClients('link', 'set', 'br0', 'up')
  let hosts = 0
  return {
    folder,
    clients,
    host(name, address) {
      const namespace = `${prefix}${++hosts}`
      const host = addHost(t, folder, { name, address, namespace })
      const port = `p${hosts}`
      inClients('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
      inClients('link', 'set', port, 'master', 'br0', 'up')
      ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0')
      ip('-n', namespace, 'link', 'set', 'eth0', 'up')
      return { ...host, link: state => void inClients('link', 'set', port, state) }
    },
    async load(everyMs) {
      const program = new URL('balancer-load.js', import.meta.url).pathname
      const url = `http://${sharedAddress}/`
      const child = clients.start(process.execPath, program, url, `${everyMs}`)
      let [text, answers] = ['', 0]
      child.stdout?.setEncoding('utf8').on('data', (more: string) => (text += more))
      child.stderr?.on('data', (more: Buffer) => (answers += more.length))
      await until('the load', () => text !== '')
      return {
        async answered(more) {
          const wanted = answers + more
          await until(`${more} answers`, () => answers >= wanted)
        },
        async end() {
          child.kill('SIGTERM')
          await once(child, 'close')
          return (JSON.parse(text) as ClientRequest[]).toSorted(([a], [b]) => a - b)
        },
      }
    },
  }
}

function addHost(
  t: Tidy,
  folder: string,
  { name, address, namespace }: Pick<Host, 'name' | 'address'> & { readonly namespace: string },
): Host {
  ip('netns', 'add', namespace)
  ip('-n', namespace, 'link', 'set', 'lo', 'up')
  const within = ['netns', 'exec', namespace]
  const log = openSync(join(folder, `${name}.log`), 'a')
  const signal = (kind: NodeJS.Signals) => {
    // All of them were started here: nothing else knows the namespace.
    for (const pid of ip('netns', 'pids', namespace).split('\n').filter(Boolean))
      try {
        process.kill(Number(pid), kind)
      } catch {
        // It ended meanwhile.
      }
  }
  t.teardown(async () => {
    await until(`the end of ${name}`, () => {
      signal('SIGKILL')
      return ip('netns', 'pids', namespace) === ''
    })
    ip('netns', 'del', namespace)
    closeSync(log)
  })
  return {
    name,
    address,
    start(program, ...args) {
      const output = name === 'clients' ? 'pipe' : log
      return spawn('ip', [...within, program, ...args], { stdio: ['ignore', output, output] })
    },
    run: (program, ...args) => ip(...within, program, ...args),
    signal,
    link: () => {},
    hasAddress: () => ip('-n', namespace, '-4', 'address').includes(` ${sharedAddress}/`),
  }
}
