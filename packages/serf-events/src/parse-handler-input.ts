import { SerfError, type MemberEventType } from 'node-serf-client'

/** The node on whose behalf the handler runs. */
export interface HandlerSelf {
  readonly name: string
  readonly role: string
  /** By the names that Serf gives them in the environment: upper case, odd characters as `_`. */
  readonly tags: Readonly<Record<string, string>>
}

/** A member as a handler hears of it: without port and status. */
export interface HandlerMember {
  readonly name: string
  readonly address: string
  readonly role: string
  /**
   * A hint. Serf joins the tags with `,` and `=` and escapes neither, so a
   * value that holds `,x=` reads as a further tag.
   */
  readonly tags: Readonly<Record<string, string>>
}

/** What a handler is told; `event` tells which kind it is. */
export type HandlerEvent = { readonly self: HandlerSelf } & (
  | { readonly event: MemberEventType; readonly members: readonly HandlerMember[] }
  | {
      readonly event: 'user' | 'query'
      readonly name: string
      /** The cluster's logical clock when it was sent. */
      readonly lamportTime: bigint
      /** Without the newline that Serf puts behind it. */
      readonly payload: Uint8Array
    }
)

/** The environment of a process. */
type Environment = Readonly<Record<string, string | undefined>>

const memberEvents: readonly MemberEventType[] = [
  'member-join',
  'member-leave',
  'member-failed',
  'member-update',
  'member-reap',
]

/**
 * What `serf agent -event-handler` tells its handler: the kind of event in the
 * environment, and the members or the payload on stdin.
 *
 * Serf writes a tab as `\t` and a newline as `\n`, and leaves a backslash as
 * it is: a name that holds those two characters reads like one with a tab.
 * Source: `cmd/serf/command/agent/invoke.go` of hashicorp/serf.
 *
 * @throws SerfError `invalid-argument` where this is no environment of a handler.
 */
export function parseHandlerInput(env: Environment, stdin: Uint8Array): HandlerEvent {
  const word = env['SERF_EVENT']
  const self = readSelf(env)
  const event = memberEvents.find(known => known === word)
  if (event) {
    const lines = Buffer.from(stdin).toString('utf8').split('\n')
    return { event, self, members: lines.filter(line => line !== '').map(readMember) }
  }
  if (word !== 'user' && word !== 'query') {
    const found = word === undefined ? 'no SERF_EVENT' : `SERF_EVENT=${JSON.stringify(word)}`
    throw new SerfError(
      'invalid-argument',
      `This is no Serf event: found ${found}, wanted member-join or the like, user or query. ` +
        'Run it by `serf agent -event-handler`.',
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
    `The event has no time: found ${key}=${JSON.stringify(text)}, wanted a number`,
  )
}

function readMember(line: string): HandlerMember {
  const [name = '', address, role = '', tags = ''] = line.split('\t').map(unescape)
  if (address === undefined) {
    throw new SerfError(
      'invalid-argument',
      `A member of the event cannot be read: found ${JSON.stringify(line.slice(0, 100))}, ` +
        'wanted name, address, role and tags, separated by tabs',
    )
  }
  return { name, address, role, tags: readTags(tags) }
}

function unescape(text: string): string {
  return text.replaceAll(String.raw`\t`, '\t').replaceAll(String.raw`\n`, '\n')
}

/** A piece without `=` is the rest of a value that held a comma. */
function readTags(text: string): Record<string, string> {
  const tags = new Map<string, string>()
  let last: string | undefined
  for (const piece of text.split(',')) {
    const [, tag, value] = /^([^=]*)=([^]*)$/.exec(piece) ?? []
    if (tag !== undefined) tags.set((last = tag), value ?? '')
    else if (last !== undefined) tags.set(last, `${tags.get(last)},${piece}`)
  }
  return Object.fromEntries(tags)
}
