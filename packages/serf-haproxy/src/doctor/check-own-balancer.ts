import type { Membership } from 'serf-events'
import type { Configuration } from '../configuration/schema.js'
import { printableName } from '../printable-name.js'
import { fail, ok, warn, type Finding } from './finding.js'

const check = 'balancers'

/** Checks that this machine is one of the balancers, and that no member has the shared address. */
export function checkOwnBalancer(
  { balancers }: Pick<Configuration, 'balancers'>,
  { members, self = '' }: Pick<Membership, 'members' | 'self'>,
): readonly Finding[] {
  if (!balancers) return []
  const { role, keepalived } = balancers
  const [shared] = keepalived?.address.split('/') ?? []
  const taken = [...members.values()].find(({ address }) => address === shared)
  const got = members.get(self)?.tags['role']
  const own =
    got === role
      ? ok(check, `the own member ${printableName(self)} has the role ${role}`)
      : warn(
          check,
          `the own member ${printableName(self)} has ${got === undefined ? 'no role' : `the role ${printableName(got)}`}: this machine shares no stick tables and no address`,
          `set the tag role=${role} in the configuration of its Serf agent`,
        )
  if (!taken) return [own]
  const text = `${printableName(taken.name)} has the shared address ${taken.address}`
  return [own, fail(check, text, 'set `balancers.keepalived.address` to one that no machine has')]
}
