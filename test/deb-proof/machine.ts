import { spawn } from 'node:child_process'
import { endProcess, until, type Tidy } from 'real-components'
import { isOfDpkg, type CleanRoot } from '../clean-root.js'
import { systemctl } from './systemctl.js'

/** HAProxy's backend of an operator, behind Debian's own file. */
const operatorsPart = `
frontend www
	bind 127.0.0.5:80
	default_backend web

backend web
	balance roundrobin
	option redispatch 1
	retry-on conn-failure empty-response response-timeout
	# Rack 7
	server web1 127.0.0.11:3000 check inter 1s
	server web2 127.0.0.12:3000 check inter 1s
`

/** The address of the frontend. */
export const url = 'http://127.0.0.5/'

const application = `const [, host] = process.argv
require('node:http').createServer((_, response) => response.end(host)).listen(3000, host)`

/** A command of HAProxy's stats socket; its answer is printed. */
const asking = `const socket = require('node:net').connect('/run/haproxy/admin.sock')
socket.on('error', () => {}).on('data', text => process.stdout.write(text)).write(process.argv[1] + '\\\\n')`

/** A machine with Debian's HAProxy and Serf, and the machines of its web servers. */
export class Machine {
  readonly root: CleanRoot
  readonly #t: Tidy
  /** Files that were changed before the package came. */
  #before: ReadonlySet<string> = new Set()
  /** Process id, in the root, of each node's Serf agent, and the end of its application. */
  readonly #nodes = new Map<string, { readonly serf: string; readonly end: () => Promise<void> }>()

  constructor(t: Tidy, root: CleanRoot) {
    this.#t = t
    this.root = root
  }

  /** Starts what is there before: units can be started, and HAProxy serves two servers. */
  async prepare(): Promise<void> {
    await this.root.must(`set -e
      cat > /usr/bin/systemctl <<'END'\n${systemctl}END
      chmod 755 /usr/bin/systemctl
      mkdir -p /run/systemd/system /run/units /etc/serf
      rm -f /usr/sbin/policy-rc.d
      install -d -o haproxy -g haproxy -m 2775 /run/haproxy
      cat >> /etc/haproxy/haproxy.cfg <<'END'\n${operatorsPart}END
      echo '{ "node_name": "lb", "bind": "127.0.0.5" }' > /etc/serf/lb.json`)
    for (const host of ['127.0.0.11', '127.0.0.12']) this.#startApplication(host)
    await this.root.must('systemctl start haproxy')
    await until('the first answer', async () => (await this.answer()) !== '')
    this.#before = new Set(await this.root.changed())
  }

  /** Starts the application and the Serf agent of a node, which joins the cluster. */
  async startNode(name: string, host: string, serf: string): Promise<void> {
    const end = this.#startApplication(host)
    const output = `< /dev/null > /run/units/${name}.log 2>&1`
    const pid = await this.root.must(`${serf} -node=${name} ${output} & echo $!`)
    this.#nodes.set(name, { serf: pid.trim(), end })
  }

  /** Kills the Serf agent and the application of a node. */
  async killNode(name: string): Promise<void> {
    const node = this.#nodes.get(name)
    await Promise.all([this.root.must(`kill -9 ${node?.serf}`), node?.end()])
  }

  /** Returns the answer through HAProxy; empty if there is none. */
  async answer(): Promise<string> {
    const script = `fetch('${url}').then(async r => r.ok && process.stdout.write(await r.text()), () => {})`
    return this.root.must(`node -e "${script}"`)
  }

  /** Returns the names of the servers that HAProxy runs, in their order. */
  async servers(): Promise<string> {
    const lines = (await this.#ask('show servers state web')).split('\n')
    const names = lines.flatMap(line => /^\d+ web \d+ (\S+) /.exec(line)?.[1] ?? [])
    return names.toSorted().join(' ')
  }

  /** Returns the process id of HAProxy's worker. */
  async worker(): Promise<string> {
    return /^Pid: (\d+)$/m.exec(await this.#ask('show info'))?.[1] ?? ''
  }

  /** Returns the process id of the agent that systemd's stand-in started last. */
  async agent(): Promise<string> {
    return this.root.must('cat /run/units/serf-haproxy.pid')
  }

  /** Returns what the package has left: files, and processes of its user. */
  async left(): Promise<string> {
    const files = (await this.root.changed()).filter(
      path => !this.#before.has(path) && !isOfDpkg(path),
    )
    const { stdout } = await this.root.run('ps -o stat=,args= -u serf-haproxy')
    // One that has ended stays as a zombie, without a parent that waits for it.
    const processes = stdout.split('\n').filter(line => line !== '' && !line.startsWith('Z'))
    return [...files, ...processes].join(', ')
  }

  async #ask(command: string): Promise<string> {
    return this.root.must(`node -e "${asking}" '${command}'`)
  }

  #startApplication(host: string): () => Promise<void> {
    const { inNetwork } = this.root
    const [command, ...words] = [...inNetwork, process.execPath, '-e', application, host]
    const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'] })
    const end = () => endProcess(child)
    this.#t.teardown(end)
    return end
  }
}
