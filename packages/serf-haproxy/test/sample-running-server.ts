import type { RunningServer } from 'haproxy-runtime'

/** Returns a server of the pool `nodes` as HAProxy runs it: up, and proven by its check. */
export function runningServer(name: string, more: Partial<RunningServer> = {}): RunningServer {
  return {
    pool: 'nodes',
    name,
    address: '10.0.0.1',
    port: 80,
    weight: 100,
    admin: 'ready',
    health: 'up',
    checked: true,
    agentChecked: false,
    initialWeight: 100,
    checkPort: 0,
    usesTls: false,
    passedChecks: 1,
    lastCheck: 'passed',
    ...more,
  }
}
