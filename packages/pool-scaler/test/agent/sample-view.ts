import type { AgentView, ViewedMember, ViewedServer } from '../../src/agent/agent-view.js'

/** Returns the view of an agent that can be trusted, at the time 0. */
export function sampleView(more: Partial<AgentView> = {}): AgentView {
  return {
    serf: { connected: true },
    haproxy: { reachable: true, seenAt: 0 },
    mode: 'following',
    members: [],
    pools: [],
    ...more,
  }
}

/** Returns a member that serves. */
export function sampleMember(name: string, more: Partial<ViewedMember> = {}): ViewedMember {
  return { name, status: 'alive', suspect: false, standing: 'serving', ...more }
}

/** Returns a server that passes its check. */
export function sampleServer(name: string, more: Partial<ViewedServer> = {}): ViewedServer {
  return { name, health: 'up', status: 'UP', check: 'L7OK', sessions: 1, queued: 0, ...more }
}

/** Returns the view of one pool `web` of healthy members. */
export function viewOf(...names: readonly string[]): AgentView {
  return sampleView({
    members: names.map(name => sampleMember(name)),
    pools: [{ name: 'web', servers: names.map(name => sampleServer(name)) }],
  })
}
