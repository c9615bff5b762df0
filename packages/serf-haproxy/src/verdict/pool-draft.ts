import { buildModel, RenderError } from 'haproxy-config-render'
import { poolPolicySchema } from 'haproxy-config-render/schema'
import { findDirective, timeMs } from 'haproxy-config-text/effective'
import { parseServerOptions, splitWords, type Section } from 'haproxy-config-text'
import type { PoolRequest } from './pool-request.js'
import { optionOf, type ServerLine } from './server-line.js'
import type { ServerWords } from './server-words.js'
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
  { server, request }: { readonly server: ServerWords; readonly request: PoolRequest | undefined },
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
    ...(Object.keys(server).length > 0 && { server }),
  }
  const parsed = poolPolicySchema.safeParse(pool)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return { problem: invalid(line, String(issue?.path[0]), issue?.message ?? '') }
  }
  const written = writtenWords(pool)
  if ('message' in written) return { problem: invalid(line, 'server', written.message) }
  const added = written.words.filter(word => !Object.hasOwn(server, word))
  return { pool, notes: [...notesOn({ port, ...weighted }), ...notesOnChecks(added)] }
}

/** Returns the words that the agent writes for a pool in addition to its own, or the reason why it cannot. */
function writtenWords(
  pool: PoolDraft,
): { readonly words: readonly string[] } | { readonly message: string } {
  try {
    const { model } = buildModel([], { runtimeSocket: '/any', frontends: [], pools: [pool] })
    const options = parseServerOptions(splitWords(model.pools[0]?.serverOptions ?? ''))
    return { words: options.map(({ keyword }) => keyword) }
  } catch (error) {
    if (error instanceof RenderError) return { message: error.message }
    throw error
  }
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

function withoutPort({ name }: Section, chosen: DividedServers['chosen']): Problem {
  const server = chosen.find(({ port }) => port === undefined) ?? chosen[0]
  return {
    line: server.line,
    reason: `the address ${server.address} of server ${server.name} has no port that is a number`,
    remedy: `name the members' port: --pool ${name}=role:${name},port:3000`,
  }
}

function invalid(line: number, field: string, message: string): Problem {
  return field === 'server'
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

/** Health checks of members get what their TLS needs: HAProxy gives it to the traffic only. */
function notesOnChecks(added: readonly string[]): string[] {
  const words = added.filter(word => /^check-(?:alpn|sni)$/.test(word))
  if (words.length === 0) return []
  return [
    `the health checks of members use the name and the protocol of the traffic: ${words.join(', ')}`,
  ]
}
