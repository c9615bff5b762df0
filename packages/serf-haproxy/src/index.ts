export { AgentError } from './agent-error.js'
export { configurationJsonSchema } from './configuration/schema.js'
export { decide } from './decision/decide.js'
export { createAgent } from './agent/create-agent.js'
export { loadConfiguration } from './configuration/load-configuration.js'
export { printableName } from './printable-name.js'
export { fetchStatus } from './http/agent-client.js'
export type { Agent } from './agent/agent.js'
export type { AgentOptions, AgentSources } from './agent/create-agent.js'
export type { AgentErrorCode } from './agent-error.js'
export type { AgentEvent, MemberChange, TimelineEntry } from './state/agent-event.js'
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
} from './state/agent-state.js'
export type { Counters } from './state/counters.js'
export type { Explanation, MemberTimes, RuleResult } from './state/explanation.js'
export type { HistogramState } from './state/histogram.js'
export type { Timeline } from './reporting/timeline.js'
export type { Configuration } from './configuration/schema.js'
export type { Clock } from './clock.js'
export type { Decision, Verdict } from './decision/decide.js'
export type { Facts, Rules } from './decision/evaluate-member.js'
export type { Memory, RememberedMember } from './decision/member-memory.js'
export type { UserPolicy, PolicyMember } from './decision/user-policy.js'
export type { PipelineDeps } from './agent/pipeline.js'
export type { RecordLine } from './recording/recording.js'
export type { Override } from './configuration/overrides.js'
