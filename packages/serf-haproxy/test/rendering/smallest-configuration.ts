import { configurationSchema, type Configuration } from '../../src/configuration/schema.js'

/** A configuration with one pool `web`, completed by these options. */
export function smallestConfiguration(more: object = {}): Configuration {
  return configurationSchema.parse({
    haproxy: { configFile: 'h.cfg', runtimeSocket: '/run/r.sock', masterSocket: '/run/m.sock' },
    frontends: [{ name: 'main', bind: '127.0.0.1:8080', pool: 'web' }],
    pools: [{ name: 'web', port: 80 }],
    ...more,
  })
}

/** A member with its own address. */
export const memberAt = (name: string, i: number, tags: Readonly<Record<string, string>> = {}) => ({
  name,
  address: `10.0.0.${i}`,
  tags,
})

/** The answer of a HAProxy that rejects a text. */
export const rejection = (report: string) => ({
  ok: false as const,
  report,
  problems: [],
  line: undefined,
})
