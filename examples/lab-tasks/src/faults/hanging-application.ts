import type { Fault } from './fault.js'

/** An application that accepts connections and does not answer. */
export const hangingApplication: Fault = {
  name: 'hanging-application',
  symptom: 'HAProxy shows s1 as DOWN, although Serf says that it is alive.',
  look: [
    'npm run lab -- status --folder FOLDER',
    'curl --max-time 2 http://ADDRESS_OF_S1:3000/health',
    's6-svstat FOLDER/nodes/s1/scan/webapp FOLDER/nodes/s1/scan/health',
  ],
  cause:
    'The web application of s1 is suspended: it accepts connections and does not answer. Its health service, which would restart it, is down.',
  remedy: 'Continue the application (SIGCONT), and start its health service again.',
  make: { node: 's1', script: 's6-svc -d "$SCAN_DIR/health" && s6-svc -p "$SCAN_DIR/webapp"' },
  undo: { node: 's1', script: 's6-svc -c "$SCAN_DIR/webapp" && s6-svc -u "$SCAN_DIR/health"' },
}
