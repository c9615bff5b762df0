import type { Command } from '../wire/command-table.js'
import { SerfError } from '../serf-error.js'

/**
 * Narrows `members` on the agent's side. The texts are regular expressions of
 * Go (RE2) that have to match whole: `'alive|leaving'`, `'web-.*'`.
 */
export interface MemberFilter {
  readonly status?: string
  readonly name?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** The body of a `members-filtered` request. */
export async function filterBody(filter: MemberFilter): Promise<Record<string, unknown>> {
  const { status, name, tags } = filter
  await checkExpressions('members-filtered', { status, name })
  await checkExpressions('members-filtered', tags)
  return { Status: status, Name: name, Tags: tags }
}

/**
 * Refuses what the agent could not compile: it hangs up on such a filter
 * without a word, and a query with one reaches nobody.
 *
 * @throws SerfError `invalid-argument`
 */
export async function checkExpressions(
  command: Command,
  expressions: Readonly<Record<string, string | undefined>> = {},
): Promise<void> {
  for (const [where, expression] of Object.entries(expressions)) {
    const fault = expression === undefined ? undefined : await faultOf(expression)
    if (fault === undefined) continue
    const found = JSON.stringify(expression)
    throw new SerfError(
      'invalid-argument',
      `The filter for ${JSON.stringify(where)} is no expression that Serf can compile: ` +
        `found ${found}, wanted RE2 (${fault})`,
      { command },
    )
  }
}

async function faultOf(expression: string): Promise<string | undefined> {
  if (typeof expression !== 'string') return 'it is no text'
  // Go knows this notation of a named group from 1.22 on; Debian's Serf is older.
  if (/\(\?</.test(expression.replaceAll('\\\\', ''))) return 'named groups are written (?P<name>'
  // Half a megabyte that only those who filter need.
  const { RE2JS } = await import('re2js')
  try {
    RE2JS.compile(`^${expression}$`)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
