import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Member, SerfError } from 'node-serf-client'
import { displayedJson } from './displayed-json.js'
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
  .description('print the membership as one line of JSON, now and after every change')
  .addOption(
    new Option('--rpc <host:port>', "address of the agent's RPC listener")
      .argParser(parseAddress)
      .default({ host: '127.0.0.1', port: 7373 }, '127.0.0.1:7373'),
  )
  .option('--auth-key-file <path>', "file with the agent's rpc_auth key")
  .option('--status <expression>', 'only members with this status, for example alive|leaving')
  .option('--name <expression>', 'only members with this name')
  .addOption(
    new Option('--tag <tag=expression>', 'only members with this tag value; can be repeated')
      .argParser(addTag)
      .default({}, 'any tags'),
  )
  .option('--once', 'print the current members and exit; exits 1 if the agent is unreachable')
  .addHelpText(
    'after',
    '\nExpressions are regular expressions (RE2) that must match the whole value.',
  )
  .action(watch)

async function watch(flags: WatchFlags): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  // A reader that closes the pipe, such as `head`, ends the watch.
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
    rejectInvalidFilter(membership.error)
    process.stdout.write(`${displayedJson(toJson(before, membership))}\n`)
    before = membership
    if (!flags.once) continue
    if (!membership.connected) process.exitCode = 1
    break
  }
}

/** Exits if Serf cannot compile the filter: a retry cannot succeed. */
function rejectInvalidFilter(error: SerfError | undefined): void {
  if (error?.code === 'invalid-argument') watchCommand.error(`error: ${error.message}`)
}

function toJson(before: Known, after: Membership): object {
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
    throw new InvalidArgumentError('Expected TAG=EXPRESSION, for example role=web|api.')
  }
  return { ...tags, [tag]: expression }
}

function parseAddress(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[(.+)\]|(.+)):(\d+)$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new InvalidArgumentError('Expected HOST:PORT, for example 127.0.0.1:7373 or [::1]:7373.')
  }
  return { host, port }
}
