import { randomUUID } from 'node:crypto'

/** A visitor's session: its id, and how often it has been seen. */
export interface Session {
  readonly id: string
  readonly views: number
}

/** Sessions in memory; beyond `limit` the one that was away longest is forgotten. */
export class Sessions {
  readonly #views = new Map<string, number>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Counts a view; an id that is unknown, or none, begins a new session. */
  visit(id: string | undefined): Session {
    const seen = id === undefined ? undefined : this.#views.get(id)
    const session = {
      id: seen === undefined ? randomUUID() : (id as string),
      views: (seen ?? 0) + 1,
    }
    // Taken out and put in again: a Map keeps the order of insertion.
    this.#views.delete(session.id)
    this.#views.set(session.id, session.views)
    if (this.#views.size > this.#limit) {
      const [oldest] = this.#views.keys()
      if (oldest !== undefined) this.#views.delete(oldest)
    }
    return session
  }

  get size(): number {
    return this.#views.size
  }
}
