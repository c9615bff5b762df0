import { randomUUID } from 'node:crypto'

/** Session of a visitor: its id, and the number of its requests. */
export interface Session {
  readonly id: string
  readonly views: number
}

/** Sessions in memory; above `limit` the least recently used one is removed. */
export class Sessions {
  readonly #views = new Map<string, number>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Counts a view; an unknown or missing id starts a new session. */
  visit(id: string | undefined): Session {
    const seen = id === undefined ? undefined : this.#views.get(id)
    const session = {
      id: seen === undefined ? randomUUID() : (id as string),
      views: (seen ?? 0) + 1,
    }
    // Deleted and set again, because a Map keeps the order of insertion.
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
