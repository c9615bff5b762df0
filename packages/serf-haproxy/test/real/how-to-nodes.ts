import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

// The nodes of a how-to, as one process in the network of its test. The node web1 has the address
// 127.0.0.11, and sorry has 127.0.0.99. `GET /web1/ACTION/UNIT` does what systemd and apt do there: it starts, stops or
// installs the unit. The unit serf is a Serf agent, each other one the application.

/** Time that the path /slow takes. */
const slowMs = 1500

/** One node. */
class WebNode {
  readonly #name: string
  readonly #address: string
  #version = 1
  #application: Server | undefined
  #serf: ChildProcess | undefined
  #words: readonly string[] = []

  constructor(name: string) {
    this.#name = name
    this.#address = name === 'sorry' ? '127.0.0.99' : `127.0.0.1${name.replace('web', '')}`
  }

  async startApplication(): Promise<void> {
    const answer = `${this.#name} v${this.#version}\n`
    this.#application = createServer(({ url }, response) => {
      setTimeout(() => response.end(answer), url === '/slow' ? slowMs : 0)
    }).listen(3000, this.#address)
    await once(this.#application, 'listening')
  }

  /** Ends the application and its connections, with requests under way. */
  async stopApplication(): Promise<void> {
    this.#application?.close()
    this.#application?.closeAllConnections()
    this.#application = undefined
  }

  /** Installs the next version, which runs after the next start. */
  async installApplication(): Promise<void> {
    this.#version++
  }

  /** Starts the agent with the words of its first start, as its unit and configuration do. */
  async startSerf(words: readonly string[]): Promise<void> {
    if (words.length > 0) this.#words = words
    const at = `-node=${this.#name} -bind=${this.#address} -rpc-addr=${this.#address}:7373`
    const args = ['agent', ...at.split(' '), ...this.#words]
    const child = spawn('serf', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#serf = child
    await new Promise<void>((resolve, reject) => {
      let output = ''
      child.stdout.on('data', chunk => {
        if ((output += chunk).includes('agent running')) resolve()
      })
      child.once('exit', () => reject(new Error(output)))
    })
  }

  /** Stops the agent as Debian's unit does, and waits until it has ended. */
  async stopSerf(): Promise<void> {
    const child = this.#serf
    if (!child || child.exitCode !== null) return
    child.kill('SIGINT')
    await once(child, 'exit')
  }
}

const nodes = new Map<string, WebNode>()

async function act(name: string, action: string, unit: string, words: readonly string[]) {
  const node = nodes.get(name) ?? new WebNode(name)
  nodes.set(name, node)
  switch (`${action} ${unit === 'serf' ? 'serf' : 'application'}`) {
    case 'start serf':
      return node.startSerf(words)
    case 'stop serf':
      return node.stopSerf()
    case 'start application':
      return node.startApplication()
    case 'stop application':
      return node.stopApplication()
    case 'install application':
      return node.installApplication()
    default:
      throw new Error(`no such action: ${action} ${unit}`)
  }
}

createServer(({ url = '' }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const [, name = '', action = '', unit = ''] = pathname.split('/')
  act(name, action, unit, searchParams.getAll('word')).then(
    () => response.end(),
    (error: Error) => response.writeHead(500).end(error.message),
  )
}).listen(9000, '0.0.0.0')
