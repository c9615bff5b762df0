import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Limits of all connections of one server. */
export interface ConnectionLimits {
  /** Open connections; a further one closes the oldest that waits for a request. */
  readonly maxConnections: number
  /** Bytes of answers in memory that clients have not read; above it, the oldest answers are cut off. */
  readonly maxUnreadBytes: number
  /** Time for one answer until the client has taken all of it, in milliseconds. */
  readonly answerMs: number
}

const defaultLimits: ConnectionLimits = {
  maxConnections: 256,
  maxUnreadBytes: 64 * 1024 * 1024,
  answerMs: 30_000,
}

/**
 * The connections of one server, so that no client can take the server away
 * from the others: at the limit the oldest connection makes room for the newest.
 * Event streams have limits of their own and are not counted.
 */
export class Connections {
  readonly #limits: ConnectionLimits
  /** Connections that wait for a request or the rest of one, oldest first. */
  readonly #waiting = new Set<Socket>()
  /** Connections with a request that is being answered, oldest first. */
  readonly #answering = new Set<Socket>()

  constructor(limits: Partial<ConnectionLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits }
  }

  /** Counts the connections of a server from now on. */
  follow(server: Server): void {
    server.on('connection', socket => {
      this.#waiting.add(socket)
      socket.once('close', () => {
        this.#waiting.delete(socket)
        this.#answering.delete(socket)
      })
      this.#makeRoom()
    })
  }

  /**
   * Begins the answer of a request, with its time limit. Returns false if the
   * connection has an earlier request without an answer: pipelined requests
   * would have all their answers in memory at once.
   */
  begin({ socket }: IncomingMessage, response: ServerResponse): boolean {
    if (!this.#waiting.delete(socket)) return false
    this.#answering.add(socket)
    const late = setTimeout(() => this.#cut(socket), this.#limits.answerMs)
    response.once('close', () => {
      clearTimeout(late)
      // The next request of the connection comes after this.
      if (this.#answering.delete(socket) && !socket.destroyed) this.#waiting.add(socket)
    })
    return true
  }

  /** Excludes the connection of an event stream from these limits. */
  release({ socket }: IncomingMessage): void {
    this.#answering.delete(socket)
  }

  /** Cuts the oldest answers off while the clients leave too much unread; the newest one stays. */
  limitUnread(): void {
    let unread = 0
    for (const { writableLength } of this.#answering) unread += writableLength
    const older = [...this.#answering].slice(0, -1)
    for (const socket of older) {
      if (unread <= this.#limits.maxUnreadBytes) return
      unread -= socket.writableLength
      if (socket.writableLength > 0) socket.destroy()
    }
  }

  #cut(socket: Socket): void {
    if (this.#answering.has(socket)) socket.destroy()
  }

  /** Destroys instead of ending: a client that keeps its side open would hold the connection. */
  #makeRoom(): void {
    while (this.#waiting.size + this.#answering.size > this.#limits.maxConnections) {
      const [oldest] = this.#waiting.size > 1 ? this.#waiting : this.#answering
      if (!oldest) return
      this.#waiting.delete(oldest)
      this.#answering.delete(oldest)
      oldest.destroy()
    }
  }
}
