import type { AgentEvent } from '../src/state/agent-event.js'
import type { AgentState, MemberState, ServerState } from '../src/state/agent-state.js'
import { noCounts } from '../src/state/counters.js'
import { emptyHistogram } from '../src/state/histogram.js'
import type { Agent } from '../src/agent/agent.js'
import { timeline } from '../src/reporting/timeline.js'

/** A state of nothing in particular. */
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

/** A member that serves. */
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

/** The server of a member. */
export function serverNamed(name: string, facts: Partial<ServerState> = {}): ServerState {
  return { name, address: '127.0.0.2', port: 3000, weight: 100, health: 'up', ...facts }
}

/** An agent that knows what a test tells it, and notes what it is asked to do. */
export function scriptedAgent(state: AgentState = stateWith()): {
  agent: Agent
  done: string[]
  add(event: AgentEvent): void
  set(next: Partial<AgentState>): void
} {
  const { timeline: events, add } = timeline(100, () => 1_700_000_001_000)
  const done: string[] = []
  return {
    done,
    add,
    set: next => (state = { ...state, ...next }),
    agent: {
      run: () => Promise.resolve(),
      state: () => state,
      watching: () => {
        done.push('watch')
        return { [Symbol.dispose]: () => void done.push('unwatch') }
      },
      events,
      explain: member => ({ member, now: `${member} is explained`, rules: [], times: {} }),
      freeze: async reason => void done.push(`freeze ${reason ?? ''}`.trim()),
      thaw: async () => void done.push('thaw'),
      acceptRemovals: () => state.held !== undefined && done.push('accept') > 0,
      refresh: () => done.push('ring'),
      generations: () => Promise.resolve([]),
      diff: (from, to) => Promise.resolve(`${from} ${to}`),
      rollback: generation =>
        Promise.resolve({ kind: 'deferred', cause: `asked for ${generation}` }),
      generation: () => Promise.reject(new Error('none is kept')),
      configure: () => Promise.resolve(undefined),
    },
  }
}
