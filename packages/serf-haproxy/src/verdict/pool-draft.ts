import { poolPolicySchema } from 'haproxy-config-render/schema'
import { findDirective, timeMs } from 'haproxy-config-text/effective'
import type { Section } from 'haproxy-config-text'
import type { PoolRequest } from './pool-request.js'
import type { ServerLine } from './server-line.js'
import type { PoolDraft, Problem } from './verdict.js'

/** Servers of a backend by their future: members replace the chosen ones, the others stay. */
export interface DividedServers {
  readonly chosen: readonly [ServerLine, ...ServerLine[]]
  readonly staying: readonly ServerLine[]
}

type Drafted =
  { readonly pool: PoolDraft; readonly notes: readonly string[] } | { readonly problem: Problem }

/** Returns the pool whose members replace servers, checked as the agent checks it. */
export function draftPool(
  section: Section,
  { chosen, staying }: DividedServers,
  { words, request }: { readonly words: string; readonly request: PoolRequest | undefined },
): Drafted {
  const [{ line }] = chosen
  const port = request?.port ?? portOf(chosen)
  if (port === undefined) return { problem: withoutPort(section, chosen) }
  const isShared = staying.some(({ staysAs }) => staysAs === 'socket')
  const weight = weightOf(chosen, isShared)
  const weighted = weight !== undefined && { weight }
  const slowStart = optionOf(chosen[0], 'slowstart')
  const mode = findDirective(section, 'mode')?.words[1]
  const pool: PoolDraft = {
    name: section.name,
    ...(mode === 'http' ? {} : { mode: 'tcp' as const }),
    role: request?.role ?? section.name,
    port,
    ...weighted,
    ...(slowStart !== undefined && { slowStartMs: timeMs(slowStart) ?? NaN }),
    ...(words !== '' && { serverOptions: words }),
  }
  const parsed = poolPolicySchema.safeParse(pool)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return { problem: invalid(line, String(issue?.path[0]), issue?.message ?? '') }
  }
  return { pool, notes: notesOn({ port, ...weighted }) }
}

/** Returns the port of all servers, or the tag that has each member's where they differ. */
function portOf(chosen: DividedServers['chosen']): PoolDraft['port'] | undefined {
  const ports = chosen.map(({ port }) => port)
  const [first] = ports
  if (first === undefined || ports.includes(undefined)) return undefined
  return ports.every(port => port === first) ? first : { tag: 'port', default: first }
}

/** Returns the weight of all servers, or the tag that has each member's where they differ. */
function weightOf(chosen: DividedServers['chosen'], isShared: boolean): PoolDraft['weight'] {
  const texts = chosen.map(server => optionOf(server, 'weight'))
  const [first] = texts
  // 1 is HAProxy's default, which the servers that stay have.
  if (texts.every(text => text === undefined)) return isShared ? 1 : undefined
  const weight = Number(first ?? 1)
  return texts.every(text => text === first) ? weight : { tag: 'weight', default: weight }
}

function optionOf({ options }: ServerLine, wanted: string): string | undefined {
  return options.find(({ keyword }) => keyword === wanted)?.values[0]
}

function withoutPort({ name }: Section, chosen: DividedServers['chosen']): Problem {
  const server = chosen.find(({ port }) => port === undefined) ?? chosen[0]
  return {
    line: server.line,
    reason: `the address ${server.address} of server ${server.name} has no port that is a number`,
    remedy: `name the members' port: --pool ${name}=role:${name},port:3000`,
  }
}

function invalid(line: number, field: string, message: string): Problem {
  return field === 'serverOptions'
    ? {
        line,
        reason: `members' lines cannot have all words of these servers: ${message}`,
        remedy: 'take the word out, or write it in a default-server line above',
      }
    : {
        line,
        reason: `no pool can have its ${field}: ${message}`,
        remedy: field === 'name' ? 'rename the backend' : `change the ${field} of its servers`,
      }
}

function notesOn({ port, weight }: Pick<PoolDraft, 'port' | 'weight'>): string[] {
  return [
    ...(typeof port === 'object'
      ? [
          `the servers have different ports: give each member its own in the tag port (${port.default} without it)`,
        ]
      : []),
    ...(typeof weight === 'object'
      ? [
          `the servers have different weights: give each member its own in the tag weight (${weight.default} without it)`,
        ]
      : []),
  ]
}
