import { configurationLines } from 'haproxy-config-text'

/** Returns the names of the sections with servers: `backend` and `listen`. */
export function sectionNames(text: string): ReadonlySet<string> {
  const sections = configurationLines(text).flatMap(({ section }) => section ?? [])
  return new Set(
    sections.flatMap(({ kind, name }) => (kind === 'backend' || kind === 'listen' ? name : [])),
  )
}
