import { isIPv4 } from 'node:net'
import {
  malformed,
  wantList,
  wantMap,
  wantNumber,
  wantText,
  wantTexts,
  textOf,
} from '../wire/wire-value.js'

/** Serf's own words for what it knows of a member. */
export type MemberStatus = 'none' | 'alive' | 'leaving' | 'left' | 'failed'

const statuses: readonly MemberStatus[] = ['alive', 'failed', 'left', 'leaving', 'none']

/**
 * One member of the cluster, as its agent tells it.
 *
 * `name` and `tags` are chosen by whoever joined the cluster, and Serf passes
 * any byte on, newlines included: treat them as hostile text. Bytes that are
 * no UTF-8 read as U+FFFD.
 */
export interface Member {
  readonly name: string
  /** IPv4 or IPv6 address in text form; empty where the member announced something else. */
  readonly address: string
  /** Port of the gossip protocol, not of the member's application. */
  readonly port: number
  readonly status: MemberStatus
  readonly tags: Readonly<Record<string, string>>
}

/** A member of a `members` reply or a `stream` record, turned into a {@link Member}. */
export function decodeMember(wire: unknown): Member {
  const { Name, Addr, Port, Status, Tags } = wantMap(wire, 'Members')
  const word = textOf(Status)
  const status = statuses.find(known => known === word)
  if (status === undefined) throw malformed('a status', Status)
  return {
    name: wantText(Name, 'Name'),
    address: Addr instanceof Uint8Array ? formatAddress(Addr) : '',
    port: wantNumber(Port, 'Port'),
    status,
    tags: wantTexts(Tags, 'tag'),
  }
}

/** The members of a `members` reply, or of an event. */
export function decodeMembers(wire: unknown): Member[] {
  return wantList(wantMap(wire, 'the reply')['Members'], 'Members').map(decodeMember)
}

/** An address of 4 or 16 bytes as text; an IPv4 address mapped into IPv6 is shown as IPv4. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  // Gossip carries whatever a member says: its nonsense must not hide the others.
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
