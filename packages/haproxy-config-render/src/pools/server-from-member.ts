import {
  addressWanted,
  hasControlCharacter,
  isAddress,
  isName,
  longestTag,
  nameWanted,
} from '../model/model-fields.js'
import type { CheckedPool } from './pool-policy.js'
import type { Server } from '../model/server.js'
import { shownValue } from '../shown-value.js'

/** What is needed of a cluster member; the fields of Serf's member, without the package. */
export interface PoolMember {
  readonly name: string
  readonly address: string
  readonly tags: Readonly<Record<string, string>>
  /** No new client is to be sent there: the member is on its way out. */
  readonly draining?: boolean
}

/** Why a member was left out. */
export type QuarantineCode =
  'name' | 'address' | 'network' | 'port' | 'tag' | 'duplicate' | 'full' | 'rejected'

/** What is wrong with a member; the reason is one line, however long its texts are. */
export interface Unfit {
  readonly code: QuarantineCode
  readonly reason: string
}

/** A server's fields, each of them checked, or what is wrong with the member. */
export function serverFromMember(
  member: PoolMember,
  policy: CheckedPool,
  isAllowed: (address: string) => boolean,
): Server | Unfit {
  const { name, address, draining } = member
  if (!isName(name)) return unfit('name', 'its name', name, nameWanted)
  if (!isAddress(address)) return unfit('address', 'its address', address, addressWanted)
  if (!isAllowed(address)) {
    return unfit('network', 'its address', address, `one in ${policy.networks.join(', ')}`)
  }
  const faults: Unfit[] = []
  const port = numberOf(member, policy.port, [1, 65_535], faults)
  const weight = numberOf(member, policy.weight, [0, 256], faults)
  const slowStartMs = numberOf(member, policy.slowStartMs, [0, 3_600_000], faults)
  const tags = printedTags(member, policy.printTags, faults)
  const [fault] = faults
  if (fault) return fault.code === 'tag' && port === 0 ? { ...fault, code: 'port' } : fault
  const backup = isBackup(member, policy)
  return { name, address, port, weight: draining ? 0 : weight, backup, slowStartMs, tags }
}

/** The value of a tag that is the member's own, and nothing that it inherits. */
export function tagOf({ tags }: PoolMember, tag: string): string | undefined {
  return Object.hasOwn(tags, tag) ? tags[tag] : undefined
}

/** The finding that a member's text is not what was wanted. */
export function unfit(
  code: QuarantineCode,
  what: string,
  found: string | undefined,
  wanted: string,
): Unfit {
  return { code, reason: `${what}: expected ${wanted}, got ${shownValue(found)}` }
}

/** A number of the policy's, or the member's own; 0 where that is at fault. */
function numberOf(
  member: PoolMember,
  from: CheckedPool['port'],
  [least, most]: readonly [number, number],
  faults: Unfit[],
): number {
  if (typeof from === 'number') return from
  const text = tagOf(member, from.tag)
  if (text === undefined && from.default !== undefined) return from.default
  const number = text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  faults.push(unfit('tag', `its tag ${from.tag}`, text, `a number from ${least} to ${most}`))
  return 0
}

function printedTags(
  member: PoolMember,
  names: readonly string[],
  faults: Unfit[],
): Record<string, string> {
  const printed: Record<string, string> = {}
  for (const name of names) {
    const text = tagOf(member, name)
    if (text === undefined) continue
    if (text.length > longestTag) {
      const found = `${text.length} characters`
      const reason = `its tag ${name}: expected at most ${longestTag}, got ${found}`
      faults.push({ code: 'tag', reason })
    } else if (hasControlCharacter(text)) {
      faults.push(unfit('tag', `its tag ${name}`, text, 'no control character'))
    } else {
      printed[name] = text
    }
  }
  return printed
}

function isBackup(member: PoolMember, { backup, zone }: CheckedPool): boolean {
  const isMarked = backup !== undefined && tagOf(member, backup.tag) === backup.value
  return isMarked || (zone !== undefined && tagOf(member, zone.tag) !== zone.own)
}
