import { SerfError, type MemberEventType } from 'node-serf-client'

/** Node of the agent that runs the handler. */
export interface HandlerSelf {
  /** Name of the node, from `SERF_SELF_NAME`. */
  readonly name: string
  /** Its tag `role`, from `SERF_SELF_ROLE`; empty without one. */
  readonly role: string
  /** Tags by their names in the environment: upper case, special characters as `_`. */
  readonly tags: Readonly<Record<string, string>>
}

/** Member in a handler's input, which has no port and no status. */
export interface HandlerMember {
  /** Name of the member: untrusted text. */
  readonly name: string
  /** IP address of the member, as Serf prints it. */
  readonly address: string
  /** Its tag `role`: untrusted text; empty without one. */
  readonly role: string
  /**
   * Not reliable: Serf joins the tags with `,` and `=` and escapes neither, so a
   * value that contains `,x=` reads as another tag.
   */
  readonly tags: Readonly<Record<string, string>>
}

/** Input of an event handler; `event` is its kind. */
export type HandlerEvent = { readonly self: HandlerSelf } & (
  | { readonly event: MemberEventType; readonly members: readonly HandlerMember[] }
  | {
      /** Kind of the event, from `SERF_EVENT`. */
      readonly event: 'user' | 'query'
      /** Name of the user event or of the query; empty if Serf gives none. */
      readonly name: string
      /** Value of the cluster's logical clock when it was sent. */
      readonly lamportTime: bigint
      /** Payload without the newline that Serf appends. */
      readonly payload: Uint8Array
    }
)

/** Environment variables of a process. */
type Environment = Readonly<Record<string, string | undefined>>

const memberEvents: readonly MemberEventType[] = [
  'member-join',
  'member-leave',
  'member-failed',
  'member-update',
  'member-reap',
]

/**
 * Parses the input of a handler of `serf agent -event-handler`: the kind of
 * event is in the environment, the members or the payload are on stdin.
 *
 * Serf writes a tab as `\t` and a newline as `\n`, but does not escape a
 * backslash: a name with the characters `\t` reads like a name with a tab.
 * Source: `cmd/serf/command/agent/invoke.go` of hashicorp/serf.
 *
 * @throws SerfError `invalid-argument` if Serf did not run this process as a handler.
 *
 * @example
 * ```ts
 * import { parseHandlerInput } from 'serf-events'
 *
 * const stdin = Buffer.from('s1\t10.0.0.1\tweb\tport=80\n')
 * const input = parseHandlerInput({ SERF_EVENT: 'member-join' }, stdin)
 * 'members' in input && input.members[0]?.tags // => { port: '80' }
 * ```
 */
export function parseHandlerInput(env: Environment, stdin: Uint8Array): HandlerEvent {
  const word = env['SERF_EVENT']
  const self = readSelf(env)
  const event = memberEvents.find(known => known === word)
  if (event) {
    // One more than are accepted, and no more: an empty line is one byte, and a text in memory.
    const lines = Buffer.from(stdin)
      .toString('utf8')
      .split('\n', maxLines + 1)
    if (lines.length > maxLines) throw tooManyLines()
    return { event, self, members: lines.filter(line => line !== '').map(readMember) }
  }
  if (word !== 'user' && word !== 'query') {
    const got = word === undefined ? 'no SERF_EVENT' : `SERF_EVENT=${JSON.stringify(word)}`
    throw new SerfError(
      'invalid-argument',
      'Cannot parse the event: expected SERF_EVENT to be a member event such as member-join, ' +
        `user or query, got ${got}. Run this command through \`serf agent -event-handler\`.`,
    )
  }
  const [nameKey, timeKey] =
    word === 'user'
      ? (['SERF_USER_EVENT', 'SERF_USER_LTIME'] as const)
      : (['SERF_QUERY_NAME', 'SERF_QUERY_LTIME'] as const)
  const payload = stdin.at(-1) === newline ? stdin.subarray(0, -1) : stdin
  return { event: word, self, name: env[nameKey] ?? '', lamportTime: time(env, timeKey), payload }
}

const newline = 10

/** Most lines of one event; Serf writes one for each member that changed within a second. */
const maxLines = 100_000

function tooManyLines(): SerfError {
  return new SerfError(
    'invalid-argument',
    `Cannot parse the members of the event: expected at most ${maxLines} lines, got more`,
  )
}

function readSelf(env: Environment): HandlerSelf {
  const tags = Object.entries(env).flatMap(([key, value]) =>
    key.startsWith('SERF_TAG_') && value !== undefined
      ? [[key.slice('SERF_TAG_'.length), value] as const]
      : [],
  )
  return {
    name: env['SERF_SELF_NAME'] ?? '',
    role: env['SERF_SELF_ROLE'] ?? '',
    tags: Object.fromEntries(tags),
  }
}

function time(env: Environment, key: string): bigint {
  const text = env[key] ?? ''
  if (/^\d+$/.test(text)) return BigInt(text)
  throw new SerfError(
    'invalid-argument',
    `Cannot parse the time of the event: expected ${key} to be a number, got ${JSON.stringify(text)}`,
  )
}

function readMember(line: string): HandlerMember {
  const [name = '', address, role = '', tags = ''] = line.split('\t').map(unescape)
  if (address === undefined) {
    throw new SerfError(
      'invalid-argument',
      'Cannot parse a member of the event: expected name, address, role and tags, ' +
        `separated by tabs, got ${JSON.stringify(line.slice(0, 100))}`,
    )
  }
  return { name, address, role, tags: readTags(tags) }
}

function unescape(text: string): string {
  return text.replaceAll(String.raw`\t`, '\t').replaceAll(String.raw`\n`, '\n')
}

/** Parses the tags. A part without `=` belongs to the value before it, which contains a comma. */
function readTags(text: string): Record<string, string> {
  const tags = new Map<string, string>()
  let last: string | undefined
  for (const part of text.split(',')) {
    const [, tag, value] = /^([^=]*)=([^]*)$/.exec(part) ?? []
    if (tag !== undefined) tags.set((last = tag), value ?? '')
    else if (last !== undefined) tags.set(last, `${tags.get(last)},${part}`)
  }
  return Object.fromEntries(tags)
}
