import { isProxyName, isServerAddress, type Pool, type Server } from './proxy-model.js'

/** What is needed of a cluster member; the fields of Serf's member, without the package. */
export interface PoolMember {
  readonly name: string
  readonly address: string
  readonly tags: Readonly<Record<string, string>>
  /** No new client is to be sent there: the member is on its way out. */
  readonly draining?: boolean
}

/** Which members form a pool, and how it is used. */
export interface PoolPolicy {
  readonly name: string
  /** Tags that a member must carry, with these very values. */
  readonly tags: Readonly<Record<string, string>>
  /** Port on which the members' application answers. */
  readonly port: number
  readonly balance?: Pool['balance']
  readonly healthCheck?: string
}

/** A member that was left out, with the reason in words. */
export interface Quarantined {
  readonly member: string
  readonly pool: string
  readonly reason: string
}

/**
 * Sorts members into pools. A member whose name or address cannot be printed
 * safely is quarantined with its reason, and everybody else is taken.
 */
export function poolsFromMembers(
  members: Iterable<PoolMember>,
  policies: readonly PoolPolicy[],
): { pools: Pool[]; quarantined: Quarantined[] } {
  const everybody = [...members]
  const quarantined: Quarantined[] = []
  const pools = policies.map(policy => {
    const servers: Server[] = []
    for (const member of everybody.filter(candidate => belongs(candidate, policy))) {
      const reason = unfit(member)
      if (reason === undefined) servers.push(serverFor(member, policy))
      else quarantined.push({ member: member.name, pool: policy.name, reason })
    }
    return {
      name: policy.name,
      balance: policy.balance ?? ('roundrobin' as const),
      healthCheck: policy.healthCheck ?? '/',
      servers,
    }
  })
  return { pools, quarantined }
}

function belongs(member: PoolMember, policy: PoolPolicy): boolean {
  return Object.entries(policy.tags).every(
    ([tag, value]) => Object.hasOwn(member.tags, tag) && member.tags[tag] === value,
  )
}

function unfit({ name, address }: PoolMember): string | undefined {
  if (!isProxyName(name)) {
    return `its name is ${JSON.stringify(name.slice(0, 100))}, wanted 1 to 64 of the characters A-Z a-z 0-9 _ . : -`
  }
  if (!isServerAddress(address)) {
    return `its address is ${JSON.stringify(address.slice(0, 100))}, wanted an IPv4 or IPv6 address without a zone`
  }
  return undefined
}

function serverFor({ name, address, draining }: PoolMember, { port }: PoolPolicy): Server {
  return { name, address, port, weight: draining ? 0 : 100 }
}
