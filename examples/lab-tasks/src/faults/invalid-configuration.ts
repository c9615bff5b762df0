import type { Fault } from './fault.js'

/** A wrong key in the configuration of the agent. */
export const invalidConfiguration: Fault = {
  name: 'invalid-configuration',
  symptom: 'A new setting in serf-haproxy.yaml has no effect, and the agent is degraded.',
  look: [
    'npx serf-haproxy status --config FOLDER/nodes/ha/serf-haproxy.yaml',
    'npx serf-haproxy check --config FOLDER/nodes/ha/serf-haproxy.yaml',
  ],
  cause:
    'The file has a key that does not exist, `balence`. The agent keeps the last valid configuration.',
  remedy: 'Remove the wrong line; the agent reads the file again by itself.',
  make: { node: 'ha', script: `echo 'balence: leastconn' >> "$SERF_HAPROXY_CONFIG"` },
  undo: { node: 'ha', script: `sed -i '/^balence:/d' "$SERF_HAPROXY_CONFIG"` },
}
