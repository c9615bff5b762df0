import { wantMap, wantTexts } from '../wire/wire-value.js'

/** The agent's counters and settings as texts, by section: `agent`, `serf`, `tags`, `runtime`. */
export type AgentStats = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The body of a `stats` reply. */
export function decodeStats(wire: unknown): AgentStats {
  const sections = Object.entries(wantMap(wire, 'stats'))
  return Object.fromEntries(
    sections.map(([section, facts]) => [section, wantTexts(facts, section)]),
  )
}
