export { connect } from './connect.js'
export { SerfClient } from './serf-client.js'
export { SerfError } from './serf-error.js'
export type { ConnectOptions } from './connect.js'
export type { AgentStats } from './records/agent-stats.js'
export type { CallOptions, StreamOptions } from './call-options.js'
export type { Coordinate } from './records/coordinate.js'
export type { KeyReply } from './records/key-reply.js'
export type { Member, MemberStatus } from './records/member.js'
export type { MemberFilter } from './records/member-filter.js'
export type { QueryOptions, QueryRecord } from './records/query.js'
export type { LogLevel, SerfStream } from './connection/serf-stream.js'
export type { SerfErrorCode } from './serf-error.js'
export type {
  EventOf,
  EventType,
  MemberEvent,
  MemberEventType,
  QueryEvent,
  SerfEvent,
  UserEvent,
} from './records/serf-event.js'
