export { startFakeAgent } from './fake-agent.js'
export type { FakeAgent, FakeAgentOptions } from './fake-agent.js'
export type { FakeRequest } from './request-reader.js'
export type { Mishap } from './mishap.js'
