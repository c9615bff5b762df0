import type { Member } from '../records/member.js'

/** Receiver of a fake cluster's log lines and events. */
export interface ClusterListener {
  onLogLine(line: string): void
  onEvent(event: WireEvent): void
}

/** Record of a `stream`, and the event types that select it. */
export interface WireEvent {
  readonly types: readonly string[]
  readonly record: object
}

/** Number of log lines that an agent keeps for a new monitor. */
const maxLogLines = 512

/** State of a fake agent that all its clients share: members, log and keys. */
export class FakeCluster {
  readonly self: string
  readonly #members = new Map<string, Member>()
  #list: readonly Member[] | undefined
  /** Gossip addresses that `join` reaches. */
  readonly peers: readonly string[]
  readonly log: string[] = []
  readonly listeners = new Set<ClusterListener>()
  /** Callbacks for the answers to open queries, by query id. */
  readonly openQueries = new Map<number, (payload: unknown) => void>()
  #keys: readonly string[]
  #lamportTime = 0

  constructor(options: {
    readonly self: Member
    readonly members: readonly Member[]
    readonly keys: readonly string[]
    readonly peers: readonly string[]
  }) {
    this.self = options.self.name
    this.setMembers([options.self, ...options.members])
    this.#keys = options.keys
    this.peers = options.peers
  }

  /** Gossip keys, the key in use first; empty without encryption. */
  get keys(): readonly string[] {
    return this.#keys
  }

  setKeys(keys: readonly string[]): void {
    this.#keys = keys
  }

  get members(): ReadonlyMap<string, Member> {
    return this.#members
  }

  /** All members; the same array until a member changes. */
  get list(): readonly Member[] {
    return (this.#list ??= [...this.#members.values()])
  }

  setMembers(members: readonly Member[]): void {
    this.#members.clear()
    this.#list = undefined
    for (const member of members) this.setMember(member)
  }

  setMember(member: Member): void {
    this.#members.set(member.name, member)
    this.#list = undefined
  }

  removeMember(name: string): void {
    this.#members.delete(name)
    this.#list = undefined
  }

  tick(): number {
    return ++this.#lamportTime
  }

  write(line: string): void {
    this.log.push(line)
    if (this.log.length > maxLogLines) this.log.shift()
    for (const listener of this.listeners) listener.onLogLine(line)
  }

  emit(event: WireEvent): void {
    for (const listener of this.listeners) listener.onEvent(event)
  }
}
