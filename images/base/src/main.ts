import { readFileSync, writeSync } from 'node:fs'
import { Resolver } from 'node:dns/promises'
import { hostname, networkInterfaces } from 'node:os'
import { configure } from './configure.js'
import { joinSeeds } from './join-seeds.js'
import { newKeys, writeKeys } from './keys.js'
import { seedsIn } from './node-settings.js'
import { NodeError } from './node-error.js'
import { watchHealth } from './watch-health.js'

const usage = `Usage: lab-node <command>

  configure     write what the node's services read below /run: from ROLE, NODE_NAME, NODE_ADDRESS, SERF_RPC_ADDR,
                SERF_PROFILE and the keys in KEYS (/keys)
  join-seeds    keep the Serf agent in one cluster with SERF_SEEDS
  health URL    ready while URL answers; ends with 1 when it has failed for HEALTH_GRACE_MS (5000),
                with 3 when it was silent for HEALTH_HANG_MS (1250; 0: never)
  keys FOLDER   write the keys of a cluster, where there are none
`

/** Each is ready when it writes a line to the descriptor NOTIFY_FD. */
const commands: Readonly<Record<string, (argument: string) => Promise<void>>> = {
  async configure() {
    const place = { run: '/run', accounts: '/etc/passwd' }
    const host = { name: hostname(), interfaces: networkInterfaces(), namesOf }
    await configure(process.env, host, place)
  },

  async 'join-seeds'() {
    const [host = '', port] = required('SERF_RPC_ADDR').split(':')
    await joinSeeds({
      seeds: seedsIn(process.env),
      rpc: { host, port: Number(port) },
      authKey: readFileSync(required('SERF_RPC_KEY_FILE'), 'utf8').trim(),
      signal: untilTerminated(),
      onReady: tellReady,
      onJoined: address => console.log(`Joined the cluster through ${address}`),
    })
  },

  async health(url) {
    const graceMs = Number(process.env['HEALTH_GRACE_MS'] ?? 5000)
    const hangMs = Number(process.env['HEALTH_HANG_MS'] ?? 1250)
    const limits = { graceMs, hangMs, signal: untilTerminated() }
    const verdict = await watchHealth({ url, ...limits, onReady: tellReady })
    if (!verdict) return
    const { kind, fault } = verdict
    console.error(
      kind === 'hangs'
        ? `The application hangs: ${fault}; it is killed, and started anew`
        : `The health check has failed for ${graceMs} ms: ${fault}; leaving the cluster`,
    )
    process.exitCode = kind === 'hangs' ? 3 : 1
  },

  async keys(folder) {
    await writeKeys(folder, newKeys())
  },
}

const [name = '', argument, ...rest] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
const takesArgument = name === 'health' || name === 'keys'
if (!command || (argument !== undefined) !== takesArgument || rest.length > 0) {
  process.stderr.write(usage)
  process.exitCode = 2
} else {
  try {
    await command(argument ?? '')
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    console.error(`error: ${error.message}`)
    process.exitCode = 2
  }
}

/** A name is nice to have, not worth a wait. */
function namesOf(address: string): Promise<readonly string[]> {
  return new Resolver({ timeout: 300, tries: 1 }).reverse(address).catch(() => [])
}

function required(variable: string): string {
  const value = process.env[variable]
  if (value !== undefined && value !== '') return value
  throw new NodeError(`${variable} is not set; see lab-node without arguments`)
}

function untilTerminated(): AbortSignal {
  const ended = new AbortController()
  process.once('SIGTERM', () => ended.abort())
  return ended.signal
}

function tellReady(): void {
  const { NOTIFY_FD } = process.env
  if (NOTIFY_FD !== undefined) writeSync(Number(NOTIFY_FD), '\n')
}
