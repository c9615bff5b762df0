import { levelOf } from './lint-level.js'
import type { Finding, RuleFinding, SharedFinding } from './lint-rule.js'

/** Most proxies that a message names. */
const mostNames = 10

/** Makes one finding, at the first line, of those that differ only in their proxy. Each gets its level. */
export function mergeFindings(findings: readonly RuleFinding[]): Finding[] {
  const groups = new Map<string, SharedFinding[]>()
  const single: Finding[] = []
  for (const finding of findings) {
    if (!isShared(finding)) {
      single.push({ ...finding, level: levelOf(finding.code) })
      continue
    }
    const key = `${finding.code} ${finding.remedy}`
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  return [...single, ...[...groups.values()].flatMap(merge)]
}

function isShared(finding: RuleFinding): finding is SharedFinding {
  return 'messageOn' in finding
}

function merge(findings: readonly SharedFinding[]): Finding[] {
  const [first] = findings
  if (!first) return []
  const { code, line, remedy, messageOn } = first
  return [
    {
      code,
      level: levelOf(code),
      line,
      message: messageOn(listOf(findings.map(({ proxy }) => proxy))),
      remedy,
    },
  ]
}

/** A list such as `backend a, backend b and backend c`. */
function listOf(names: readonly string[]): string {
  const shown =
    names.length > mostNames
      ? [...names.slice(0, mostNames), `${names.length - mostNames} more`]
      : names
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
