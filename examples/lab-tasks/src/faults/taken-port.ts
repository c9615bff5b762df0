import type { Fault } from './fault.js'

/** Listens on the port of the application, and answers nothing. */
const listener = [
  'const { PORT, SERVER_IP, NODE_DIR } = process.env',
  'const ready = () => require("fs").writeFileSync(NODE_DIR + "/other-program.ready", "")',
  'require("net").createServer(socket => socket.destroy()).listen(PORT, SERVER_IP, ready)',
].join(';')

/** A port that another program has. */
export const takenPort: Fault = {
  name: 'taken-port',
  symptom: 'The web application of s2 does not start, and s2 leaves the cluster.',
  look: [
    'npm run lab -- status --folder FOLDER',
    'tail FOLDER/nodes/s2/log/webapp/current',
    'ss -ltnp "sport = :3000"',
  ],
  cause: 'Another program listens on port 3000 of s2, so the web application cannot.',
  remedy: 'End the other program; the supervisor starts the application by itself.',
  make: {
    node: 's2',
    script: `s6-svc -wD -T 12000 -d "$SCAN_DIR/webapp" && {
      node -e '${listener}' >/dev/null 2>&1 </dev/null & echo $! > "$NODE_DIR/other-program.pid"
      until [ -e "$NODE_DIR/other-program.ready" ]; do sleep 0.05; done
      s6-svc -u "$SCAN_DIR/webapp"
    }`,
  },
  undo: {
    node: 's2',
    script: 'kill "$(cat "$NODE_DIR/other-program.pid")"; rm -f "$NODE_DIR"/other-program.*',
  },
}
