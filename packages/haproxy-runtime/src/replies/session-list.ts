/** One session that a HAProxy worker has under way. */
export interface Session {
  /** HAProxy's name for it, which `shutdown session` takes. */
  readonly id: string
  readonly protocol: string
  /** Where the client is, as HAProxy prints it. */
  readonly source: string
  readonly frontend: string
  /** Undefined while no pool, or no server of it, is chosen. */
  readonly pool: string | undefined
  readonly server: string | undefined
  /** How long ago it began, as HAProxy prints it: `1m2s`. */
  readonly age: string
}

/** Reads the reply to `show sess`; HAProxy's own command sessions are among them. */
export function parseSessions(reply: string): Session[] {
  return reply.split('\n').flatMap(line => {
    const id = /^(0x[0-9a-f]+): /.exec(line)?.[1]
    if (id === undefined) return []
    const field = (name: string) => new RegExp(` ${name}=(\\S+)`).exec(line)?.[1] ?? ''
    const chosen = (name: string) => (/^<\w+>$|^$/.test(field(name)) ? undefined : field(name))
    return {
      id,
      protocol: field('proto'),
      source: field('src'),
      frontend: field('fe'),
      pool: chosen('be'),
      server: chosen('srv'),
      age: field('age'),
    }
  })
}
