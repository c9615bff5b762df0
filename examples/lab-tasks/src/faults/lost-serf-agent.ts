import type { Fault } from './fault.js'

/** A member whose Serf agent is gone while its application serves. */
export const lostSerfAgent: Fault = {
  name: 'lost-serf-agent',
  symptom: 'Serf reports s2 as failed, although s2 answers every request.',
  look: [
    'npm run lab -- status --folder FOLDER',
    'npx serf-haproxy explain s2 --config FOLDER/nodes/ha/serf-haproxy.yaml',
    's6-svstat FOLDER/nodes/s2/scan/serf',
  ],
  cause:
    'The Serf agent of s2 was killed, and its supervisor does not restart it. HAProxy finds the application healthy, so its traffic stays.',
  remedy: 'Start the Serf agent of s2 again.',
  make: { node: 's2', script: 's6-svc -O "$SCAN_DIR/serf" && s6-svc -k "$SCAN_DIR/serf"' },
  undo: { node: 's2', script: 's6-svc -u "$SCAN_DIR/serf"' },
}
