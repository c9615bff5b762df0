import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { get, type Agent } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { createRuntimeClient } from 'haproxy-runtime'
import { missingProgram, until } from 'real-components'
import type { Test } from 'tap'
import { noNamespaces } from './cut-off-network.js'
import { openShell, type Shell } from './shell.js'

/** The reason to skip these tests where a program is missing. */
export const skip = noNamespaces || missingProgram('serf', 'haproxy', 'jq', 'curl')

const nodes = fileURLToPath(new URL('how-to-nodes.js', import.meta.url))

/** Programs of the load balancer: `ssh` runs a command on a node of this machine. */
const stubs = {
  ssh: `#!/bin/sh
export NODE="$1" SERF_RPC_ADDR="127.0.0.1\${1#web}:7373"
shift
exec sh -c "$*"
`,
  systemctl: `#!/bin/sh
[ "$1" != restart ] || { systemctl stop "$2" && systemctl start "$2"; exit; }
exec curl --fail --silent --show-error "http://127.0.0.1:9000/$NODE/$1/$2"
`,
  'apt-get': `#!/bin/sh
[ "$1 $2" = 'install --yes' ] || exit 1
exec curl --fail --silent --show-error "http://127.0.0.1:9000/$NODE/install/$3"
`,
}

/** Settings of the agent that no how-to is about. */
const settings = `haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
reconcileMs: 500
`

/** A load balancer and nodes, in a network of their own, on which the commands of a how-to run. */
export interface HowToSite {
  /** The frontend, as a client reaches it. */
  readonly url: string
  /** Runs commands of the how-to, each of which has to succeed. */
  run(commands: string): Promise<string>
  /** Runs `serf agent` of the how-to on these nodes. */
  join(command: string, ...names: readonly string[]): Promise<void>
  /** Starts or stops a unit of a node. */
  systemctl(action: 'start' | 'stop', name: string, unit: 'serf' | 'my-app'): Promise<void>
  /** Writes the agent's file, with these frontends and pools. */
  configure(yaml: string): void
  /** Writes another file of the agent. */
  write(name: string, text: string): void
  /** Requests a path, over a new connection without an agent; returns the status and the answer. */
  answer(path?: string, agent?: Agent): Promise<string>
  /** Counts the answers of a number of requests by their first word. */
  shares(requests: number): Promise<Readonly<Record<string, number>>>
  /** Resolves when a pool has exactly these servers that HAProxy finds up, with their weights. */
  pool(name: string, weights: Readonly<Record<string, number>>): Promise<void>
  /** The process id of HAProxy's worker: each reload makes another one. */
  worker(): Promise<number>
}

/** The state in which a site starts. */
export interface SiteStart {
  /** The frontends and pools of the agent's file. */
  readonly yaml: string
  /** The file `haproxy.cfg.hbs`, if the YAML names it. */
  readonly template?: string
  /** Tags of the nodes' Serf agents, by name. */
  readonly members: Readonly<Record<string, string>>
}

/** Starts the load balancer of a how-to, and nodes with an application and a Serf agent each. */
export async function startSite(
  t: Test,
  { yaml, template = '', members }: SiteStart,
): Promise<HowToSite> {
  const shell = openShell(t, 'haproxy')
  const site = siteOf(t, shell)
  shell.start(`exec "${process.execPath}" "${nodes}"`)
  const serf = shell.start('exec serf agent -node=lb -bind=127.0.0.5')
  await until('the Serf agent', () => serf().includes('agent running'))
  for (const [name, tags] of Object.entries(members)) {
    await until(`the application of ${name}`, () => isDone(site.systemctl('start', name, 'my-app')))
    const words = tags.split(' ').map(tag => `-tag ${tag}`)
    await site.join(`serf agent ${words.join(' ')} -join 10.0.0.5`, name)
  }
  site.write('haproxy.cfg.hbs', template)
  site.configure(yaml)
  const folder = join(shell.folder, 'etc/serf-haproxy')
  const agent = shell.start(`exec serf-haproxy run --config ${folder}/serf-haproxy.yaml`)
  await until('the first file', () => existsSync(join(folder, 'haproxy.cfg')))
  shell.start(`exec haproxy -W -S ${folder}/master.sock -f ${folder}/haproxy.cfg`)
  await until('the first answer', async () => (await site.answer()).startsWith('200 ')).catch(
    (error: Error) => {
      throw new Error(agent(), { cause: error })
    },
  )
  return site
}

function siteOf(t: Test, shell: Shell): HowToSite {
  const { folder, address } = shell
  const bin = join(folder, 'bin')
  for (const name of ['bin', 'etc/haproxy', 'etc/serf-haproxy'])
    mkdirSync(join(folder, name), { recursive: true })
  for (const [name, text] of Object.entries(stubs)) {
    writeFileSync(join(bin, name), text)
    chmodSync(join(bin, name), 0o755)
  }
  /** Moves the places of a text into the folder, and its addresses to the loopback. */
  const moved = (text: string) =>
    text
      .replaceAll(/(?<![\w.])\/(?=etc\/)/g, `${folder}/`)
      .replaceAll('/usr/local/bin', bin)
      .replaceAll('10.0.0.', '127.0.0.')
  const url = `http://${address}/`
  const control = async (path: string) => {
    const response = await fetch(`http://${address}:9000/${path}`)
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  }
  const write = (name: string, text: string) =>
    writeFileSync(join(folder, 'etc/serf-haproxy', name), moved(text))
  const answer = (path = '', agent?: Agent) => answerOf(new URL(path, url), agent)
  const runtime = createRuntimeClient({ socket: join(folder, 'etc/serf-haproxy/runtime.sock') })
  return {
    url,
    answer,
    async run(commands) {
      const { code, output } = await shell.run(`set -e\nPATH="${bin}:$PATH"\n${moved(commands)}`)
      t.equal(code, 0, commands.split('\n', 1).join(), { commands, output })
      return output
    },
    async join(command, ...names) {
      const [program, subcommand, ...words] = moved(command.trim()).split(' ')
      t.equal(`${program} ${subcommand}`, 'serf agent')
      const query = words.map(word => `word=${encodeURIComponent(word)}`).join('&')
      for (const name of names) await control(`${name}/start/serf?${query}`)
    },
    systemctl: (action, name, unit) => control(`${name}/${action}/${unit}`),
    configure: yaml => write('serf-haproxy.yaml', `${settings}${yaml}`),
    write,
    async shares(requests) {
      const counts: Record<string, number> = {}
      for (let i = 0; i < requests; i++) {
        const [, name = ''] = (await answer()).split(' ')
        counts[name] = (counts[name] ?? 0) + 1
      }
      return counts
    },
    async pool(name, weights) {
      await until(`${name} ${JSON.stringify(weights)}`, async () => {
        const servers = (await runtime.servers([name])).filter(({ health }) => health === 'up')
        const found = servers.map(each => [each.name, each.weight] as const)
        return isDeepStrictEqual(Object.fromEntries(found), weights)
      })
    },
    worker: async () => (await runtime.info()).pid,
  }
}

/** Resolves with whether an action succeeds. */
function isDone(action: Promise<unknown>): Promise<boolean> {
  return action.then(
    () => true,
    () => false,
  )
}

/** Resolves with the status and the body of an answer, or with the error. */
function answerOf(url: URL, agent: Agent | false = false): Promise<string> {
  return new Promise(resolve => {
    const request = get(url, { agent }, response => {
      let body = ''
      response
        .setEncoding('utf8')
        .on('data', (text: string) => (body += text))
        .on('end', () => resolve(`${response.statusCode} ${body.trim()}`))
        .on('error', ({ message }) => resolve(message))
    })
    request.on('error', ({ message }) => resolve(message))
  })
}
