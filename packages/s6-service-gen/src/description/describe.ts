import { stringify } from 'yaml'
import type { Service, Services } from './service-description.js'
import { parseDescription } from './parse-description.js'

/** Services as a YAML file that `loadDescription` reads; what is a default is left out. */
export function describe(services: Services): string {
  const entries = Object.entries(services).map(([name, service]) => [
    name,
    withoutDefaults(service),
  ])
  return stringify({ services: Object.fromEntries(entries) as object }, { lineWidth: 0 })
}

/** The least that each type needs; all else of these has its default. */
const least = parseDescription({
  longrun: { run: ':' },
  oneshot: { up: ':' },
  bundle: { contents: ['longrun'] },
})
const needed = new Set(['run', 'up', 'contents'])

function withoutDefaults(service: Service): object {
  const usual = new Map(Object.entries(least[service.type] ?? {}))
  return Object.fromEntries(
    Object.entries(service).filter(
      ([field, given]) =>
        needed.has(field) || JSON.stringify(usual.get(field)) !== JSON.stringify(given),
    ),
  )
}
