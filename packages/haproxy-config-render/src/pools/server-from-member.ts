import { hostAddress, hostAddressExpected, isLoopback } from '../model/host-address.js'
import { hasControlCharacter, isName, longestTag, nameWanted } from '../model/model-fields.js'
import type { CheckedPool } from './pool-policy.js'
import type { QuarantineCode } from '../model/quarantined.js'
import type { Server } from '../model/server.js'
import { ownWords } from './server-field.js'
import { shownValue } from '../shown-value.js'

/** A cluster member, with the fields of Serf's member that a server needs. */
export interface PoolMember {
  /** Name, which becomes the server’s name: untrusted text. */
  readonly name: string
  /** IP address: untrusted text. */
  readonly address: string
  /** Values of its tags, by tag: untrusted text. */
  readonly tags: Readonly<Record<string, string>>
  /** The member is leaving: it gets no new client. */
  readonly draining?: boolean
  /**
   * Address of the balancer's own member in the cluster. If that is not loopback,
   * a loopback address is that of another host. Undefined if it is unknown.
   */
  readonly balancerAddress?: string
}

/** The error of a member; the reason is one line, even if the member's texts are long. */
export interface Unfit {
  readonly code: QuarantineCode
  readonly reason: string
}

/** Tests of the addresses of one pool's members. */
export interface AddressTests {
  /** Returns true for an address in the pool's networks. */
  isAllowed(address: string): boolean
  /** Returns true for an address and port at which HAProxy itself listens. */
  isOwn(address: string, port: number): boolean
}

/** Returns a server with checked fields, or the member's error. */
export function serverFromMember(
  member: PoolMember,
  policy: CheckedPool,
  { isAllowed, isOwn }: AddressTests,
): Server | Unfit {
  const { name, draining, balancerAddress = '' } = member
  if (!isName(name)) return unfit('name', 'its name', name, nameWanted)
  const address = hostAddress(member.address)
  if (address === undefined) {
    return unfit('address', 'its address', member.address, hostAddressExpected)
  }
  if (isLoopback(address) && balancerAddress !== '' && !isLoopback(balancerAddress)) {
    const wanted = `one that the balancer reaches from ${balancerAddress}, and not loopback`
    return unfit('address', 'its address', address, wanted)
  }
  if (!isAllowed(address)) {
    return unfit('network', 'its address', address, `one in ${policy.networks.join(', ')}`)
  }
  const errors: Unfit[] = []
  const port = numberOf(member, policy.port, [1, 65_535], errors)
  const weight = numberOf(member, policy.weight, [0, 256], errors)
  const slowStartMs = numberOf(member, policy.slowStartMs, [0, 3_600_000], errors)
  const options = ownOptions(member, policy.server, errors)
  const tags = printedTags(member, policy.printTags, errors)
  const [error] = errors
  if (error) return error.code === 'tag' && port === 0 ? { ...error, code: 'port' } : error
  if (isOwn(address, port)) {
    const wanted = 'one at which HAProxy itself does not listen'
    return unfit('loop', 'its address and port', `${address} port ${port}`, wanted)
  }
  const backup = isBackup(member, policy)
  const used = draining ? 0 : weight
  return { name, address, port, weight: used, backup, slowStartMs, options, tags }
}

/** Returns the value of a tag; inherited properties do not count. */
export function tagOf({ tags }: PoolMember, tag: string): string | undefined {
  return Object.hasOwn(tags, tag) ? tags[tag] : undefined
}

/** Returns the error that a member's text is not as expected. */
export function unfit(
  code: QuarantineCode,
  what: string,
  found: string | undefined,
  wanted: string,
): Unfit {
  return { code, reason: `${what}: expected ${wanted}, got ${shownValue(found)}` }
}

/** Returns the policy's number, or the member's; 0 with an error if that is not valid. */
function numberOf(
  member: PoolMember,
  from: CheckedPool['port'],
  [least, most]: readonly [number, number],
  errors: Unfit[],
): number {
  if (typeof from === 'number') return from
  const text = tagOf(member, from.tag)
  if (text === undefined && from.default !== undefined) return from.default
  const number = text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  errors.push(unfit('tag', `its tag ${from.tag}`, text, `a number from ${least} to ${most}`))
  return 0
}

/** Returns the words that the server has for itself; none with an error if a tag is not valid. */
function ownOptions(member: PoolMember, server: CheckedPool['server'], errors: Unfit[]): string {
  if (!server) return ''
  const words = ownWords(server, member.name, tag => tagOf(member, tag))
  if (typeof words === 'string') return words
  const { tag, got, wanted } = words
  errors.push(unfit('tag', `its tag ${tag}`, got, wanted))
  return ''
}

function printedTags(
  member: PoolMember,
  names: readonly string[],
  errors: Unfit[],
): Record<string, string> {
  const printed: Record<string, string> = {}
  for (const name of names) {
    const text = tagOf(member, name)
    if (text === undefined) continue
    if (text.length > longestTag) {
      const found = `${text.length} characters`
      const reason = `its tag ${name}: expected at most ${longestTag}, got ${found}`
      errors.push({ code: 'tag', reason })
    } else if (hasControlCharacter(text)) {
      errors.push(unfit('tag', `its tag ${name}`, text, 'no control character'))
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
