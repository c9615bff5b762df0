import type { Fault } from './fault.js'

/** A server disabled by hand, and an agent that may not correct it. */
export const forgottenFreeze: Fault = {
  name: 'forgotten-freeze',
  symptom: 'HAProxy sends no request to s1, although s1 is alive and healthy.',
  look: [
    'npm run lab -- status --folder FOLDER',
    'npx serf-haproxy status --config FOLDER/nodes/ha/serf-haproxy.yaml',
  ],
  cause:
    'The server s1 was set to maintenance by hand in the CLI of HAProxy. The agent would correct that, but it is frozen.',
  remedy: 'Thaw the agent; it then sets the server ready again within some seconds.',
  make: {
    node: 'ha',
    script: `serf-haproxy freeze 'maintenance of s1' --config "$SERF_HAPROXY_CONFIG" &&
      node -e 'require("net").connect(process.env.HAPROXY_RUNTIME).end("set server nodes/s1 state maint\\n").resume()'`,
  },
  undo: { node: 'ha', script: 'serf-haproxy thaw --config "$SERF_HAPROXY_CONFIG"' },
}
