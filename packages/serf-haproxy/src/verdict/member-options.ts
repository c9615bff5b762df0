import type { Section, ServerOption } from 'haproxy-config-text'
import { effectiveServerOptions } from 'haproxy-config-text/effective'
import { hasWhole } from './names-elsewhere.js'
import type { ServerLine } from './server-line.js'
import { serverWords, takingAway, type ServerWords } from './server-words.js'
import type { Problem } from './verdict.js'

/** Words that the agent may write on every member's line: what a `default-server` says of them does not count. */
const agentsOwnWords: ReadonlySet<string> = new Set(
  (
    'check inter fastinter downinter fall rise observe error-limit on-error ' +
    'check-alpn check-proto check-sni'
  ).split(' '),
)
/** Words of one server each: members have their own, or none. */
const ofOneServer: ReadonlySet<string> = new Set(['weight', 'cookie', 'id', 'guid'])
/** Words that members' lines have without a word of the pool, or by another field of it. */
const writtenAnyway: ReadonlySet<string> = new Set(['check', 'slowstart'])
/** Words about the resolution of a name; members have addresses. */
const aboutNames: ReadonlySet<string> = new Set(
  'resolvers resolve-prefer resolve-opts resolve-net init-addr init-state'.split(' '),
)

/** Words that may tell the server's own name. */
const namingWords: ReadonlySet<string> = new Set([
  'agent-send',
  'check-sni',
  'pool-conn-name',
  'sni',
  'verifyhost',
])

/** The words of members' lines, or the reason why they cannot have those of the servers. */
export type MemberOptions =
  | { readonly server: ServerWords; readonly notes: readonly string[] }
  | { readonly problem: Problem }

/** Returns the words that members' lines need to have the options of the servers that they replace. */
export function memberOptions(
  section: Section,
  chosen: readonly [ServerLine, ...ServerLine[]],
): MemberOptions {
  const [first] = chosen
  const inherited = inheritedAt(section, first.line)
  const own = first.options.filter(isCommon)
  const problem = findDifference(chosen, own) ?? findOwnName(own, first)
  if (problem) return { problem }
  const isInherited = (option: ServerOption) =>
    !agentsOwnWords.has(option.keyword) && inherited.some(other => isSame(option, other))
  const needed = own.filter(option => !writtenAnyway.has(option.keyword) && !isInherited(option))
  const takenAway = inherited.filter(option => isTakenAway(option, first)).map(takingAway)
  const server: ServerWords = Object.assign({}, ...takenAway, serverWords(needed))
  return { server, notes: notesOn(first, inherited) }
}

function inheritedAt(section: Section, line: number): readonly ServerOption[] {
  return effectiveServerOptions(section, { line, words: ['server', 'member', '192.0.2.1:80'] })
}

function isCommon({ keyword }: ServerOption): boolean {
  return !ofOneServer.has(keyword) && !aboutNames.has(keyword)
}

function written({ keyword, values }: ServerOption): string {
  return [keyword, ...values].join(' ')
}

/** Returns options as a text that does not depend on their order. */
function wordsOf(options: readonly ServerOption[]): string {
  return options.map(written).toSorted().join(' ')
}

function isSame(one: ServerOption, other: ServerOption): boolean {
  return written(one) === written(other)
}

/** Returns whether a server takes an inherited option away, as with `no-ssl`. */
function isTakenAway({ keyword }: ServerOption, { options }: ServerLine): boolean {
  return keyword !== 'check' && !options.some(option => option.keyword === keyword)
}

function findDifference(
  chosen: readonly ServerLine[],
  wanted: readonly ServerOption[],
): Problem | undefined {
  const words = wordsOf(wanted)
  const other = chosen.find(({ options }) => wordsOf(options.filter(isCommon)) !== words)
  const [first] = chosen
  return (
    other && {
      line: other.line,
      reason: `the options of server ${other.name} differ from those of server ${first?.name}, and all members get the same`,
      remedy:
        'write the same options on these lines, or take the odd server to a backend of its own',
    }
  )
}

/** Finds a word with the name of the server itself: the lines of all members would have it. */
function findOwnName(
  options: readonly ServerOption[],
  { name, line }: ServerLine,
): Problem | undefined {
  const odd = options.find(
    ({ keyword, values }) =>
      namingWords.has(keyword) && values.some(value => hasWhole(value, name)),
  )
  return (
    odd && {
      line,
      reason: `\`${odd.keyword}\` names the server ${name}, and the lines of all members would have it`,
      remedy: 'use a value that holds for each member, or keep this server static',
    }
  )
}

function notesOn(first: ServerLine, inherited: readonly ServerOption[]): string[] {
  const isChecked = first.options.some(({ keyword }) => keyword === 'check')
  const hindering = nameWords(inherited)
  const dropped = nameWords(first.options).filter(keyword => !hindering.includes(keyword))
  return [
    ...(isChecked ? [] : ['HAProxy will check the members; it does not check these servers']),
    ...(dropped.length > 0
      ? [`members have addresses, so their lines are without ${dropped.join(', ')}`]
      : []),
    ...(hindering.length > 0
      ? [
          `members inherit ${hindering.join(', ')} from default-server, which HAProxy refuses at run time: each join is a reload until you move the word to the lines of static servers`,
        ]
      : []),
  ]
}

function nameWords(options: readonly ServerOption[]): string[] {
  return options.flatMap(({ keyword }) => (aboutNames.has(keyword) ? keyword : []))
}
