import { linesOf } from '../reply-lines.js'

/** An active session of a HAProxy worker. */
export interface Session {
  /** HAProxy's id for it, which `shutdown session` takes. */
  readonly id: string
  /** Protocol of the client’s connection, as HAProxy prints it. */
  readonly protocol: string
  /** The client's address, as HAProxy prints it. */
  readonly source: string
  /** Name of the frontend that accepted it. */
  readonly frontend: string
  /** Its backend; undefined before one is chosen. */
  readonly pool: string | undefined
  /** Its server; undefined before one is chosen. */
  readonly server: string | undefined
  /** Its age, as HAProxy prints it: `1m2s`. */
  readonly age: string
}

/** Parses the reply to `show sess`, which includes HAProxy's own command sessions. */
export function parseSessions(reply: string): Session[] {
  return linesOf('show sess', reply).flatMap(line => {
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
