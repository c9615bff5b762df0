import { expectMap, expectTexts } from '../wire/wire-value.js'

/** Counters and settings of the agent as texts, by section: `agent`, `serf`, `tags`, `runtime`. */
export type AgentStats = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Decodes the body of a `stats` reply. */
export function decodeStats(wire: unknown): AgentStats {
  const sections = Object.entries(expectMap(wire, 'stats'))
  return Object.fromEntries(
    sections.map(([section, facts]) => [section, expectTexts(facts, section)]),
  )
}
