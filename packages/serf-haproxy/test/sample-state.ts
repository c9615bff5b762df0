import type { AgentState, MemberState, ServerState } from '../src/state/agent-state.js'
import { noCounts } from '../src/state/counters.js'
import { emptyHistogram } from '../src/state/histogram.js'

/** Returns the state of an agent that is connected and has no members, with `facts` over it. */
export function stateWith(facts: Partial<AgentState> = {}): AgentState {
  return {
    version: '0.1.0',
    startedAt: 1_700_000_000_000,
    serf: { address: '127.0.0.1:7373', connected: true },
    haproxy: { reachable: true, version: '2.6.12-1+deb12u4', pid: 42, oldWorkers: 0 },
    mode: 'following',
    members: [],
    quarantined: [],
    pools: [],
    configuration: { loadedAt: 1_700_000_000_000 },
    counters: noCounts,
    latency: emptyHistogram,
    ...facts,
  }
}

/** Returns a member that serves. */
export function memberNamed(name: string, facts: Partial<MemberState> = {}): MemberState {
  return {
    name,
    address: '127.0.0.2',
    status: 'alive',
    suspect: false,
    tags: { role: 'backend' },
    pools: ['nodes'],
    standing: 'serving',
    reason: 'alive, and fit for nodes',
    ...facts,
  }
}

/** Returns the server of a member. */
export function serverNamed(name: string, facts: Partial<ServerState> = {}): ServerState {
  return { name, address: '127.0.0.2', port: 3000, weight: 100, health: 'up', ...facts }
}
