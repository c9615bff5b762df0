import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import type { Member, SerfError } from 'node-serf-client'
import { diffMembership } from './diff-membership.js'
import type { Known, Membership } from './membership.js'
import { watchMembership } from './watch-membership.js'
import type { WatchOptions } from './watch-settings.js'

interface WatchFlags {
  rpc: { host: string; port: number }
  authKeyFile?: string
  status?: string
  name?: string
  tag: Record<string, string>
  once?: true
}

/** `serf-events watch`. */
export const watchCommand = new Command('watch')
  .description('print one line of JSON for every change')
  .option('--rpc <host:port>', "the agent's RPC listener", parseAddress, {
    host: '127.0.0.1',
    port: 7373,
  })
  .option('--auth-key-file <path>', "file that holds the agent's rpc_auth key")
  .option('--status <expression>', 'only members in this status, as in alive|leaving')
  .option('--name <expression>', 'only members with this name')
  .option('--tag <tag=expression>', 'only members with this tag; may be repeated', addTag, {})
  .option('--once', 'print the members as they are now, and end; 1 where the agent is away')
  .addHelpText('after', '\nExpressions are RE2, as Serf has them, and match whole.')
  .action(watch)

async function watch(flags: WatchFlags): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  // A reader that has seen enough, such as `head`, ends the watch.
  process.stdout.on('error', () => stop.abort())
  const { status, name, tag } = flags
  const filter = {
    ...(status !== undefined && { status }),
    ...(name !== undefined && { name }),
    ...(Object.keys(tag).length > 0 && { tags: tag }),
  }
  const options: WatchOptions = {
    ...flags.rpc,
    ...authKey(flags),
    ...(Object.keys(filter).length > 0 && { filter }),
    signal: stop.signal,
  }
  let before: Known = { members: new Map() }
  for await (const membership of watchMembership(options)) {
    refuseBadFilter(membership.error)
    process.stdout.write(`${JSON.stringify(describe(before, membership))}\n`)
    before = membership
    if (!flags.once) continue
    if (!membership.connected) process.exitCode = 1
    break
  }
}

/** A filter that Serf cannot compile will never do: there is nothing to wait for. */
function refuseBadFilter(error: SerfError | undefined): void {
  if (error?.code === 'invalid-argument') watchCommand.error(`error: ${error.message}`)
}

function describe(before: Known, after: Membership): object {
  const { at, cause, connected, changeSource, error, members, suspects, conflicts } = after
  const names = Object.entries(diffMembership(before, after)).map(
    ([kind, changed]: [string, readonly Member[]]) => [kind, changed.map(member => member.name)],
  )
  return {
    at: new Date(at).toISOString(),
    cause,
    connected,
    changeSource,
    ...(error && { error: { code: error.code, message: error.message } }),
    ...Object.fromEntries(names),
    suspects: [...suspects],
    conflicts: [...conflicts].map(([name, { mine, theirs }]) => ({ name, mine, theirs })),
    members: [...members.values()],
  }
}

function authKey({ authKeyFile }: WatchFlags): { authKey?: string } {
  if (authKeyFile === undefined) return {}
  try {
    return { authKey: readFileSync(authKeyFile, 'utf8').trim() }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return watchCommand.error(`error: cannot read the key file ${authKeyFile}: ${reason}`)
  }
}

function addTag(text: string, tags: Record<string, string>): Record<string, string> {
  const [, tag, expression] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (tag === undefined || expression === undefined) {
    throw new InvalidArgumentError('Wanted TAG=EXPRESSION, as in role=web|api.')
  }
  return { ...tags, [tag]: expression }
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
