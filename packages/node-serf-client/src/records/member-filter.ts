import type { Command } from '../wire/command-table.js'
import { SerfError } from '../serf-error.js'

/**
 * Filter that the agent applies to `members`. The texts are regular expressions
 * of Go (RE2) that must match the whole value: `'alive|leaving'`, `'web-.*'`.
 */
export interface MemberFilter {
  /** Expression for the status, such as `alive|leaving`. @defaultValue any status */
  readonly status?: string
  /** Expression for the name, such as `web-.*`. @defaultValue any name */
  readonly name?: string
  /** Expressions for tags, by tag; a member must match all. @defaultValue any tags */
  readonly tags?: Readonly<Record<string, string>>
}

/** Returns the body of a `members-filtered` request. */
export async function filterBody(filter: MemberFilter): Promise<Record<string, unknown>> {
  const { status, name, tags } = filter
  await checkExpressions('members-filtered', { status, name })
  await checkExpressions('members-filtered', tags)
  return { Status: status, Name: name, Tags: tags }
}

/**
 * Rejects expressions that the agent cannot compile. The agent would close the
 * connection without a reply, and a query would reach no member.
 *
 * @throws SerfError `invalid-argument`
 */
export async function checkExpressions(
  command: Command,
  expressions: Readonly<Record<string, string | undefined>> = {},
): Promise<void> {
  for (const [field, expression] of Object.entries(expressions)) {
    const problem = expression === undefined ? undefined : await compileError(expression)
    if (problem === undefined) continue
    throw new SerfError(
      'invalid-argument',
      `Invalid filter for ${JSON.stringify(field)}: expected a regular expression (RE2), ` +
        `got ${JSON.stringify(expression)} (${problem})`,
      { command },
    )
  }
}

/**
 * Alternatives of literal characters and escaped special ones, in one group or
 * none. Such an expression, for example of quoted names, is always valid.
 */
const literals = /^(\(\?:)?(?:[^\\.+*?()|[\]{}^$]|\\[\\.+*?()|[\]{}^$]|\|)*(\))?$/

/** Returns the reason why Serf cannot compile an expression, or undefined if it can. */
async function compileError(expression: string): Promise<string | undefined> {
  if (typeof expression !== 'string') return 'not a text'
  const [isLiteral, opening, closing] = literals.exec(expression) ?? []
  if (isLiteral !== undefined && (opening === undefined) === (closing === undefined))
    return undefined
  // Go supports this syntax of a named group since 1.22; Debian's Serf is older.
  if (/\(\?</.test(expression.replaceAll(/\\./gs, ''))) return 'write a named group as (?P<name>'
  // Loaded on demand: half a megabyte that only filters need.
  const { RE2JS } = await import('re2js')
  try {
    RE2JS.compile(`^${expression}$`)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
