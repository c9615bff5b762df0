import type { RunningServer } from 'haproxy-runtime'

/** A server as HAProxy runs it. */
export const present = (name: string, more: Partial<RunningServer> = {}): RunningServer => ({
  pool: 'nodes',
  name,
  address: '10.0.0.1',
  port: 80,
  weight: 10,
  admin: 'ready',
  health: 'up',
  passedChecks: 1,
  lastCheck: 'passed',
  checked: true,
  agentChecked: false,
  initialWeight: 10,
  checkPort: 0,
  usesTls: false,
  ...more,
})
