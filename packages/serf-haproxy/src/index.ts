export { AgentError } from './agent-error.js'
export { admitMembers } from './admit-members.js'
export { createAgent } from './create-agent.js'
export { loadConfiguration } from './load-configuration.js'
export { printableName } from './printable-name.js'
export { fetchStatus } from './status-server.js'
export type { Admission, Witnesses } from './admit-members.js'
export type { Agent } from './agent.js'
export type { AgentParts } from './create-agent.js'
export type { AgentErrorCode } from './agent-error.js'
export type { AgentEvent, MemberChange, TimelineEntry } from './agent-event.js'
export type {
  AgentState,
  AppliedGeneration,
  ConfigurationState,
  Frozen,
  HaproxyState,
  Held,
  MemberState,
  PoolState,
  SerfState,
  ServerState,
  Standing,
} from './agent-state.js'
export type { Counters } from './counters.js'
export type { Explanation, MemberTimes, RuleResult } from './explanation.js'
export type { HistogramState } from './histogram.js'
export type { Timeline } from './timeline.js'
export type { Configuration } from './configuration.js'
