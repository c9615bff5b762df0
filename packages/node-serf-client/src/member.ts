import { isIPv4 } from 'node:net'
import { SerfError } from './serf-error.js'

/** Serf's own words for what it knows of a member. */
export type MemberStatus = 'none' | 'alive' | 'leaving' | 'left' | 'failed'

const statuses: readonly MemberStatus[] = ['none', 'alive', 'leaving', 'left', 'failed']

/**
 * One member of the cluster, as its agent tells it.
 *
 * `name` and `tags` are chosen by whoever joined the cluster, and Serf passes
 * any byte on, newlines included: treat them as hostile text.
 */
export interface Member {
  readonly name: string
  /** IPv4 or IPv6 address in text form. */
  readonly address: string
  /** Port of the gossip protocol, not of the member's application. */
  readonly port: number
  readonly status: MemberStatus
  readonly tags: Readonly<Record<string, string>>
}

/** A member of a `members` reply or a `stream` record, turned into a {@link Member}. */
export function decodeMember(wire: unknown): Member {
  if (!isRecord(wire)) throw malformed('a map', wire)
  const { Name, Addr, Port, Status, Tags } = wire
  if (typeof Name !== 'string') throw malformed('a text in Name', Name)
  if (!(Addr instanceof Uint8Array)) throw malformed('bytes in Addr', Addr)
  if (typeof Port !== 'number') throw malformed('a number in Port', Port)
  const status = statuses.find(known => known === Status)
  if (status === undefined) throw malformed('a status', Status)
  return {
    name: Name,
    address: formatAddress(Addr),
    port: Port,
    status,
    tags: decodeTags(Tags),
  }
}

function decodeTags(wire: unknown): Record<string, string> {
  // Go sends an unset map as nil.
  if (wire === null || wire === undefined) return {}
  if (!isRecord(wire)) throw malformed('a map in Tags', wire)
  const tags: Record<string, string> = {}
  for (const [key, value] of Object.entries(wire)) {
    if (typeof value !== 'string') throw malformed(`a text in tag ${JSON.stringify(key)}`, value)
    tags[key] = value
  }
  return tags
}

/** An address of 4 or 16 bytes as text; an IPv4 address mapped into IPv6 is shown as IPv4. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) throw malformed('an address of 4 or 16 bytes', `${bytes.length} bytes`)
  const mapped = bytes.subarray(12).join('.')
  const isMapped =
    bytes.subarray(0, 10).every(byte => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  if (isMapped && isIPv4(mapped)) return mapped
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  )
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(wanted: string, found: unknown): SerfError {
  const shown = (JSON.stringify(found) ?? String(found)).slice(0, 200)
  return new SerfError(
    'protocol',
    `The agent's member data is malformed: found ${shown}, wanted ${wanted}`,
  )
}
