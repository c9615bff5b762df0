import { isIPv4 } from 'node:net'
import {
  malformed,
  expectList,
  expectMap,
  expectNumber,
  expectText,
  expectTexts,
  textOf,
} from '../wire/wire-value.js'

/** Status of a member, in Serf's terms. */
type MemberStatus = 'none' | 'alive' | 'leaving' | 'left' | 'failed'

const statuses: readonly MemberStatus[] = ['alive', 'failed', 'left', 'leaving', 'none']

/**
 * Member of the cluster, as the agent reports it.
 *
 * Each node chooses its own `name` and `tags`, and Serf forwards any byte,
 * including newlines: treat them as untrusted text. Invalid UTF-8 becomes U+FFFD.
 */
export interface Member {
  /** Name, unique in the cluster: untrusted text. */
  readonly name: string
  /** IPv4 or IPv6 address in text form; empty if the member announced an invalid one. */
  readonly address: string
  /** Port of the gossip protocol, not of the member's application. */
  readonly port: number
  /** Status in Serf, as this agent sees it. */
  readonly status: MemberStatus
  /** Values of its tags, by tag: untrusted text. */
  readonly tags: Readonly<Record<string, string>>
}

/** Decodes a member of a `members` reply or a `stream` record. */
export function decodeMember(wire: unknown): Member {
  const { Name, Addr, Port, Status, Tags } = expectMap(wire, 'Members')
  const text = textOf(Status)
  const status = statuses.find(known => known === text)
  if (status === undefined) throw malformed('a status', Status)
  return {
    name: expectText(Name, 'Name'),
    address: Addr instanceof Uint8Array ? formatAddress(Addr) : '',
    port: expectNumber(Port, 'Port'),
    status,
    tags: expectTexts(Tags, 'tag'),
  }
}

/** Decodes the members of a `members` reply or of an event. */
export function decodeMembers(wire: unknown): Member[] {
  return expectList(expectMap(wire, 'the reply')['Members'], 'Members').map(decodeMember)
}

/** Formats an address of 4 or 16 bytes; an IPv4-mapped IPv6 address is formatted as IPv4. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  // Gossip forwards invalid addresses too: one of them must not hide the other members.
  if (bytes.length !== 16) return ''
  const mapped = bytes.subarray(12).join('.')
  const isMapped =
    bytes.subarray(0, 10).every(byte => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  if (isMapped && isIPv4(mapped)) return mapped
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  )
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
