export { connect } from './connect.js'
export { SerfClient } from './serf-client.js'
export { SerfError } from './serf-error.js'
export type { ConnectOptions } from './connect.js'
export type { AgentStats } from './agent-stats.js'
export type { CallOptions, StreamOptions } from './call-options.js'
export type { Coordinate } from './coordinate.js'
export type { KeyReply } from './key-reply.js'
export type { Member, MemberStatus } from './member.js'
export type { MemberFilter } from './member-filter.js'
export type { QueryOptions, QueryRecord } from './query.js'
export type { LogLevel, SerfStream } from './serf-stream.js'
export type { SerfErrorCode } from './serf-error.js'
export type {
  EventOf,
  EventType,
  MemberEvent,
  MemberEventType,
  QueryEvent,
  SerfEvent,
  UserEvent,
} from './serf-event.js'
