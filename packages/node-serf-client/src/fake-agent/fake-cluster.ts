import type { Member } from '../records/member.js'

/** What tells the sessions of a fake agent that something happened. */
export interface ClusterListener {
  logged(line: string): void
  happened(event: WireEvent): void
}

/** An event as `stream` sends it, and what a subscription to it may be called. */
export interface WireEvent {
  readonly types: readonly string[]
  readonly record: object
}

/** How many lines of its log an agent keeps for a new monitor. */
const keptLines = 512

/** What all clients of a fake agent share: its cluster, its log and its keys. */
export class FakeCluster {
  readonly self: string
  members: Map<string, Member>
  /** The gossip keys, the one in use first; none where gossip is not encrypted. */
  keys: readonly string[]
  /** Gossip addresses that `join` reaches. */
  readonly peers: readonly string[]
  readonly log: string[] = []
  readonly listeners = new Set<ClusterListener>()
  /** What takes the answer to a query, by its id: whoever streams may give it. */
  readonly openQueries = new Map<number, (payload: unknown) => void>()
  #lamportTime = 0

  constructor(options: {
    readonly self: Member
    readonly members: readonly Member[]
    readonly keys: readonly string[]
    readonly peers: readonly string[]
  }) {
    this.self = options.self.name
    this.members = new Map([options.self, ...options.members].map(member => [member.name, member]))
    this.keys = options.keys
    this.peers = options.peers
  }

  tick(): number {
    return ++this.#lamportTime
  }

  write(line: string): void {
    this.log.push(line)
    if (this.log.length > keptLines) this.log.shift()
    for (const listener of this.listeners) listener.logged(line)
  }

  emit(event: WireEvent): void {
    for (const listener of this.listeners) listener.happened(event)
  }
}
