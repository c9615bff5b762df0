import type { Agent } from '../src/agent/agent.js'
import type { PlannedChange } from '../src/rendering/planned-change.js'
import { timeline } from '../src/reporting/timeline.js'
import type { AgentEvent } from '../src/state/agent-event.js'
import type { AgentState } from '../src/state/agent-state.js'
import type { TrafficState } from '../src/state/traffic-state.js'
import { stateWith } from './sample-state.js'

/** The planned change of a fake agent. */
export const plannedReload: PlannedChange = {
  kind: 'reload',
  reason: 'the configuration differs in more than servers',
  trigger: 'text',
  operations: [],
  draining: [],
  difference: '--- running\n+++ planned\n@@ -1,1 +1,1 @@\n-a\n+b\n',
}

/** The traffic of a fake agent: two pools, of which one was polled once. */
export const sampleTraffic: TrafficState = {
  intervalMs: 10_000,
  until: 1_700_000_000_000,
  pools: ['api', 'web'].map((name, i) => ({
    name,
    samples: {
      requests: [null, 12.5],
      errors: [null, 0],
      responseMs: [null, 3],
      servers: [null, 2 + i],
      up: [null, 2],
      sessions: [null, 1],
      queued: [null, 0],
    },
  })),
  markers: [{ at: 1_699_999_999_000, kind: 'reload', text: 'Generation 3', generation: 3 }],
}

/** A fake agent: a test sets its state and adds events; `done` lists the calls that change something. */
export function fakeAgent(state: AgentState = stateWith()): {
  agent: Agent
  done: string[]
  add(event: AgentEvent): void
  set(next: Partial<AgentState>): void
  endRound(): void
} {
  const { timeline: events, add } = timeline(100, () => 1_700_000_001_000)
  const done: string[] = []
  let rounds = 0
  return {
    done,
    add,
    set: next => (state = { ...state, ...next }),
    endRound: () => void rounds++,
    agent: {
      traffic: () => sampleTraffic,
      rounds: () => rounds,
      run: () => Promise.resolve(),
      state: () => state,
      watching: () => {
        done.push('watch')
        return { [Symbol.dispose]: () => void done.push('unwatch') }
      },
      events,
      explain: member => ({
        member,
        isKnown: true,
        now: `${member} is explained`,
        rules: [],
        times: {},
      }),
      freeze: async reason => void done.push(`freeze ${reason ?? ''}`.trim()),
      thaw: async () => void done.push('thaw'),
      reportDisk: (place, error) => void done.push(`disk ${place} ${error?.message ?? 'ok'}`),
      drain: async (member, reason) => done.push(`drain ${member} ${reason ?? ''}`.trim()) > 0,
      undrain: async member => done.push(`undrain ${member}`) > 0,
      reportAction: action => void add({ kind: 'action', ...action, text: action.action }),
      release: step => {
        done.push(`release ${step}`)
        return state.mode === 'frozen' ? undefined : { others: ['lb2'] }
      },
      acceptRemovals: () => state.held !== undefined && done.push('accept') > 0,
      refresh: () => done.push('ring'),
      plan: () => Promise.resolve(plannedReload),
      generations: () => Promise.resolve([]),
      diff: (from, to) => Promise.resolve(`${from} ${to}`),
      rollback: generation =>
        Promise.resolve({ kind: 'deferred', cause: `asked for ${generation}` }),
      generation: () => Promise.reject(new Error('none is kept')),
      configure: () => Promise.resolve(undefined),
    },
  }
}
