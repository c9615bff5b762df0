import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { Member } from 'node-serf-client'
import { diffMembership } from './diff-membership.js'
import type { Membership } from './membership.js'
import { watchMembership, type WatchOptions } from './watch-membership.js'

interface WatchFlags {
  rpc: { host: string; port: number }
  authKeyFile?: string
}

const program = new Command('serf-events')
  .description('Membership of a Serf cluster, milliseconds after it changes')
  .exitOverride()

program
  .command('watch')
  .description('print one line of JSON for every change')
  .option('--rpc <host:port>', "the agent's RPC listener", parseAddress, {
    host: '127.0.0.1',
    port: 7373,
  })
  .option('--auth-key-file <path>', "file that holds the agent's rpc_auth key")
  .action(watch)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}

async function watch(flags: WatchFlags): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  // A reader that has seen enough, such as `head`, ends the watch.
  process.stdout.on('error', () => stop.abort())
  const options: WatchOptions = { ...flags.rpc, ...authKey(flags), signal: stop.signal }
  let before: Pick<Membership, 'members'> = { members: new Map() }
  for await (const membership of watchMembership(options)) {
    process.stdout.write(`${JSON.stringify(describe(before, membership))}\n`)
    before = membership
  }
}

function describe(before: Pick<Membership, 'members'>, after: Membership): object {
  const { at, cause, connected, error, members } = after
  const names = Object.entries(diffMembership(before, after)).map(
    ([kind, changed]: [string, readonly Member[]]) => [kind, changed.map(member => member.name)],
  )
  return {
    at: new Date(at).toISOString(),
    cause,
    connected,
    ...(error && { error: { code: error.code, message: error.message } }),
    ...Object.fromEntries(names),
    members: [...members.values()],
  }
}

function authKey({ authKeyFile }: WatchFlags): { authKey?: string } {
  if (authKeyFile === undefined) return {}
  try {
    return { authKey: readFileSync(authKeyFile, 'utf8').trim() }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return program.error(`error: cannot read the key file ${authKeyFile}: ${reason}`)
  }
}

function parseAddress(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[(.+)\]|(.+)):(\d+)$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new InvalidArgumentError('Wanted HOST:PORT, as in 127.0.0.1:7373 or [::1]:7373.')
  }
  return { host, port }
}
