import type { Fault } from './fault.js'

/** A member with a role that no pool selects. */
export const wrongRole: Fault = {
  name: 'wrong-role',
  symptom: 'HAProxy has no server for s1, although Serf says that s1 is alive.',
  look: [
    'npm run lab -- status --folder FOLDER',
    'npx serf-haproxy explain s1 --config FOLDER/nodes/ha/serf-haproxy.yaml',
  ],
  cause: 'The member s1 has the tag `role=backup`; the pool selects `role=backend`.',
  remedy: 'Set the tag of s1 to `role=backend`.',
  make: { node: 's1', script: tagScript('backup') },
  undo: { node: 's1', script: tagScript('backend') },
}

function tagScript(role: string): string {
  return `SERF_RPC_AUTH="$(cat "$SERF_RPC_KEY_FILE")" serf tags -set role=${role} -rpc-addr "$SERF_RPC_ADDR"`
}
