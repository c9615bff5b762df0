import { wholeMatch, type CheckedPool } from './pool-policy.js'
import { tagOf, type PoolMember } from './server-from-member.js'

/** A regular expression is tried on no more than this: a tag may have megabytes. */
const longestMatched = 1024

/** Whether a pool wants a member: every condition that the policy names has to hold. */
export function selector(policy: CheckedPool): (member: PoolMember) => boolean {
  const { role, tags, match, names } = policy
  const exact = Object.entries({ ...(role !== undefined && { role }), ...tags })
  const patterns = Object.entries(match).map(([tag, source]) => [tag, wholeMatch(source)] as const)
  const namePattern = names === undefined ? undefined : wholeMatch(names)
  return member =>
    exact.every(([tag, value]) => tagOf(member, tag) === value) &&
    patterns.every(([tag, pattern]) => fits(pattern, tagOf(member, tag))) &&
    (namePattern === undefined || fits(namePattern, member.name))
}

function fits(pattern: RegExp, text: string | undefined): boolean {
  return text !== undefined && text.length <= longestMatched && pattern.test(text)
}
