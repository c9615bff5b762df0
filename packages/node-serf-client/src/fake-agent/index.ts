export { startFakeAgent } from './fake-agent.js'
export type { FakeAgent, FakeAgentOptions } from './fake-agent.js'
export type { Mishap } from './mishap.js'
