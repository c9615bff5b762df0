import { startDebian, startWebServer, type DebianMachine } from './debian-machine.js'
import { codeBlocks } from './page-blocks.js'
import type { Shell } from './shell.js'

/** The template of the machine. */
export const template = `global
  stats socket /run/haproxy/admin.sock mode 660 level admin
  hard-stop-after 30s
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
  timeout http-request 5s
  option idle-close-on-response
  option redispatch 1
frontend www
  bind *:80
  default_backend web
backend web
  {{servers "web"}}
`

/** The agent's configuration, with short times. */
export const configuration = `haproxy:
  configFile: /var/lib/serf-haproxy/haproxy.cfg
  runtimeSocket: /run/haproxy/admin.sock
  masterSocket: /run/haproxy-master.sock
stateFolder: /var/lib/serf-haproxy/state
template: haproxy.cfg.hbs
frontends: []
pools:
  - { name: web, role: web, port: { tag: port, default: 3000 } }
reconcileMs: 500
failedGraceMs: 8000
damping: { flaps: 100 }
`

/**
 * Starts a load balancer with three web servers that serve, after the first commands
 * of the page. `prepare` is called before HAProxy starts.
 */
export async function startTroubledMachine(
  shell: Shell,
  prepare: (lb: DebianMachine) => void = () => {},
) {
  const web = {
    web1: await startWebServer(shell, 'web1'),
    web2: await startWebServer(shell, 'web2'),
    web3: await startWebServer(shell, 'web3'),
  }
  const lb = await startDebian(shell)
  prepare(lb)
  const edit = async (text: string) => lb.write('/etc/serf-haproxy/haproxy.cfg.hbs', text)
  const configure = async (text: string) => lb.write('/etc/serf-haproxy/serf-haproxy.yaml', text)
  await edit(template)
  await configure(configuration)
  const config = '--config /etc/serf-haproxy/serf-haproxy.yaml'
  await lb.must(`serf-haproxy render ${config} --out /var/lib/serf-haproxy/haproxy.cfg`)
  await lb.systemctl('start', 'haproxy')
  await lb.systemctl('start', 'serf-haproxy')
  await lb.serves('web1', 'web2', 'web3')
  const [first] = codeBlocks('troubleshooting.md')
  await lb.must(first?.code ?? '')
  return {
    lb,
    web,
    edit,
    configure,
    /** Sets tags of web3. */
    tags: (...tags: readonly string[]) =>
      lb.must(`serf tags -rpc-addr=10.0.0.13:7373 ${tags.map(each => `-set ${each}`).join(' ')}`),
  }
}
