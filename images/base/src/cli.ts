import { readFileSync, writeSync } from 'node:fs'
import { Resolver } from 'node:dns/promises'
import { hostname, networkInterfaces } from 'node:os'
import { Command, CommanderError } from 'commander'
import { configure } from './configure.js'
import { joinSeeds } from './join-seeds.js'
import { newKeys, writeKeys } from './keys.js'
import { seedsIn } from './node-settings.js'
import { NodeError } from './node-error.js'
import { watchHealth } from './watch-health.js'

const program = new Command('lab-node')
  .description('Configures a node of the lab, joins it to its cluster and checks its application')
  .exitOverride()
  .addHelpText(
    'after',
    `
With NOTIFY_FD set, join-seeds and health write a line to that descriptor once they are ready.

Exit codes: 0 done, 1 and 3 see health, 2 wrong usage or environment.`,
  )

program
  .command('configure')
  .description("write the configuration of the node's services below /run")
  .addHelpText(
    'after',
    `
Environment: ROLE (balancer or backend), SERF_SEEDS, NODE_NAME, NODE_ADDRESS, SERF_RPC_ADDR,
SERF_PROFILE, SERVER_TAG, and KEYS, the folder of the keys (default: /keys).`,
  )
  .action(configureNode)

program
  .command('join-seeds')
  .description('keep the Serf agent joined to the agents at SERF_SEEDS')
  .addHelpText('after', '\nEnvironment: SERF_SEEDS, SERF_RPC_ADDR, SERF_RPC_KEY_FILE.')
  .action(joinUntilTerminated)

program
  .command('health')
  .description('check a URL until the check has failed for too long')
  .argument('<url>', 'URL of the check; a status from 200 to 299 is a success')
  .addHelpText(
    'after',
    `
Exit codes: 1 after HEALTH_GRACE_MS (default: 5000) of failed checks,
3 after HEALTH_HANG_MS (default: 1250; 0: never) without an answer, 0 after SIGTERM.`,
  )
  .action(watchUntilTerminated)

program
  .command('keys')
  .description('create the keys of a cluster')
  .argument('<folder>', 'folder for the files gossip and rpc; existing files are kept')
  .action((folder: string) => writeKeys(folder, newKeys()))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else if (error instanceof NodeError) {
    console.error(`error: ${error.message}`)
    process.exitCode = 2
  } else {
    throw error
  }
}

async function configureNode(): Promise<void> {
  const place = { run: '/run', accounts: '/etc/passwd' }
  const host = { name: hostname(), interfaces: networkInterfaces(), namesOf }
  await configure(process.env, host, place)
}

async function joinUntilTerminated(): Promise<void> {
  const [host = '', port] = required('SERF_RPC_ADDR').split(':')
  await joinSeeds({
    seeds: seedsIn(process.env),
    rpc: { host, port: Number(port) },
    authKey: keyIn('SERF_RPC_KEY_FILE'),
    signal: untilTerminated(),
    onReady: notifyReady,
    onJoined: address => console.log(`Joined the cluster through ${address}`),
  })
}

async function watchUntilTerminated(url: string): Promise<void> {
  const graceMs = milliseconds('HEALTH_GRACE_MS', 5000)
  const hangMs = milliseconds('HEALTH_HANG_MS', 1250)
  const limits = { graceMs, hangMs, signal: untilTerminated() }
  const verdict = await watchHealth({ url, ...limits, onReady: notifyReady })
  if (!verdict) return
  const { kind, reason } = verdict
  console.error(
    kind === 'hangs'
      ? `The application hangs: ${reason}; it is killed and restarted`
      : `The health check has failed for ${graceMs} ms: ${reason}; leaving the cluster`,
  )
  process.exitCode = kind === 'hangs' ? 3 : 1
}

/** Names of an address by DNS, or none if there is no quick answer: they only make a name readable. */
function namesOf(address: string): Promise<readonly string[]> {
  return new Resolver({ timeout: 300, tries: 1 }).reverse(address).catch(() => [])
}

function required(variable: string): string {
  const value = process.env[variable]
  if (value !== undefined && value !== '') return value
  throw new NodeError(`${variable}: expected a value, got nothing; see lab-node join-seeds --help`)
}

/** Reads a time from the environment; a wrong one would never end, or end at once. */
function milliseconds(variable: string, byDefault: number): number {
  const value = process.env[variable]
  if (value === undefined || value === '') return byDefault
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new NodeError(
    `${variable}: expected milliseconds from 0 to 999999999, got ${JSON.stringify(value)}`,
  )
}

/** Reads the key in the file that a variable names. */
function keyIn(variable: string): string {
  const file = required(variable)
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const { message } = error as Error
    throw new NodeError(
      `${variable}: expected a file that this user may read, got ${message}; create it, or correct the variable`,
    )
  }
}

function untilTerminated(): AbortSignal {
  const ended = new AbortController()
  process.once('SIGTERM', () => ended.abort())
  return ended.signal
}

/** Writes the line that tells s6 that the service is ready. */
function notifyReady(): void {
  const { NOTIFY_FD } = process.env
  if (NOTIFY_FD !== undefined) writeSync(Number(NOTIFY_FD), '\n')
}
