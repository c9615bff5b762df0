export { AgentError } from './agent-error.js'
export { configurationJsonSchema } from './configuration.js'
export { decide } from './decide.js'
export { createAgent } from './create-agent.js'
export { loadConfiguration } from './load-configuration.js'
export { printableName } from './printable-name.js'
export { fetchStatus } from './agent-client.js'
export type { Agent } from './agent.js'
export type { AgentParts, Sources } from './create-agent.js'
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
export type { Clock } from './clock.js'
export type { Decision, Verdict } from './decide.js'
export type { Facts, Rules } from './member-look.js'
export type { Memory, RememberedMember } from './member-memory.js'
export type { OwnPolicy, PolicyMember } from './own-policy.js'
export type { Sinks } from './pipeline.js'
export type { RecordLine } from './recording.js'
export type { Setting } from './settings.js'
