import { wholeMatch } from '../model/policy-fields.js'
import type { CheckedPool, PoolPolicy } from './pool-policy.js'
import { tagOf, type PoolMember } from './server-from-member.js'

/** A regular expression is not tried on a longer text: a tag may have megabytes. */
const maxMatchedLength = 1024

/** The part of a policy that selects members. */
type Selection = Pick<PoolPolicy, 'role' | 'tags' | 'match' | 'names'>

/** One condition of a pool, evaluated on a member. */
export interface SelectionCondition {
  /** The tag that the condition reads; undefined for the member's name. */
  readonly tag: string | undefined
  /** True if the member meets the condition. */
  readonly holds: boolean
  /** The member's text, or the length of one that is long; undefined without such a tag. */
  readonly got: string | undefined
  /** Expected text, or the regular expression between slashes. */
  readonly expected: string
}

interface Condition {
  readonly tag: string | undefined
  readonly expected: string
  accepts(text: string): boolean
}

/** Tests members against a pool's conditions, all of which have to hold. */
export function selector(policy: CheckedPool): (member: PoolMember) => boolean {
  const conditions = conditionsOf(policy)
  return member => conditions.every(condition => isMet(condition, member))
}

/**
 * Evaluates each condition of a pool on a member. {@link buildModel} selects the
 * member for the pool exactly if all of them hold; a pool without conditions
 * selects every member.
 *
 * @example
 * ```ts
 * import { evaluateSelection } from 'haproxy-config-render'
 *
 * const member = { name: 's1', address: '10.0.0.1', tags: { role: 'api' } }
 * const [condition] = evaluateSelection(member, { role: 'web' })
 * condition // => { tag: 'role', holds: false, got: 'api', expected: 'web' }
 * ```
 */
export function evaluateSelection(member: PoolMember, pool: Selection): SelectionCondition[] {
  return conditionsOf(pool).map(condition => {
    const { tag, expected } = condition
    const text = textOf(condition, member)
    const isLong = text !== undefined && text.length > maxMatchedLength
    return {
      tag,
      holds: isMet(condition, member),
      got: isLong ? `${text.length} characters` : text,
      expected: isLong ? `${expected}, at most ${maxMatchedLength} characters` : expected,
    }
  })
}

function conditionsOf({ role, tags, match = {}, names }: Selection): Condition[] {
  const exact = Object.entries({ ...(role !== undefined && { role }), ...tags })
  return [
    ...exact.map(([tag, value]) => ({
      tag,
      expected: value,
      accepts: (text: string) => text === value,
    })),
    ...Object.entries(match).map(([tag, source]) => patternCondition(tag, source)),
    ...(names === undefined ? [] : [patternCondition(undefined, names)]),
  ]
}

function patternCondition(tag: string | undefined, source: string): Condition {
  const pattern = wholeMatch(source)
  const accepts = (text: string) => text.length <= maxMatchedLength && pattern.test(text)
  return { tag, expected: `/${source}/`, accepts }
}

function isMet(condition: Condition, member: PoolMember): boolean {
  const text = textOf(condition, member)
  return text !== undefined && condition.accepts(text)
}

function textOf({ tag }: Condition, member: PoolMember): string | undefined {
  return tag === undefined ? member.name : tagOf(member, tag)
}
