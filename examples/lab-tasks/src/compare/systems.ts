import { join } from 'node:path'
import { appliedStage, type NodeEngine, repository, type Stage } from 'serf-haproxy-lab'

/** One of the two systems that are compared, and what is done differently to each. */
export interface System {
  readonly name: 'classic' | 'agent'
  readonly stage: Stage
  /** Has HAProxy load its configuration again, as the system does it itself. */
  reload(engine: NodeEngine): Promise<void>
  /** Puts a line into the template that HAProxy does not know. */
  breakTemplate(engine: NodeEngine): Promise<void>
  repairTemplate(engine: NodeEngine): Promise<void>
}

const folder = join(repository, 'examples/lab-tasks/classic')

/** The files of its load balancer; a node has copies of its own, so that they can be changed. */
const balancerFiles = [
  'haproxy.cfg',
  'haproxy.cfg.hb',
  'handlebars.mjs',
  'member-join.sh',
  'member-leave.sh',
  'rewrite.sh',
]

/** The pipeline of the classic lab: handlers, a template, a restart with `-sf`. */
const classicStage: Stage = {
  name: 'classic',
  summary: 'event handlers write haproxy.cfg and start HAProxy again',
  isSupervised: true,
  descriptions: { ha: join(folder, 'ha.yaml'), webapp: join(folder, 'webapp.yaml') },
  services: { ha: ['ha', 'serf'], webapp: ['node', 'serf'] },
  joinsOnce: true,
  files: {
    ha: Object.fromEntries(balancerFiles.map(name => [name, join(folder, name)])),
    webapp: {},
  },
  serf: ({ node, addressOf }) => ({
    // What the classic lab does not set stands at Serf's own defaults.
    profile: undefined,
    leave_on_terminate: undefined,
    retry_join: undefined,
    retry_interval: undefined,
    start_join: [addressOf('ha')],
    ...(node === 'ha' && {
      event_handlers: [
        'member-join=exec "$NODE_DIR/member-join.sh"',
        'member-leave,member-failed=exec "$NODE_DIR/member-leave.sh"',
      ],
    }),
  }),
}

const inNode = (engine: NodeEngine, script: string) => engine.exec('ha', ['sh', '-ec', script])

/** The system of the classic lab. */
export const classicSystem: System = {
  name: 'classic',
  stage: classicStage,
  async reload(engine) {
    await inNode(engine, 's6-svc -h "$SCAN_DIR/ha"')
  },
  async breakTemplate(engine) {
    await inNode(
      engine,
      'cd "$NODE_DIR"; cp haproxy.cfg.hb good.hb; echo "  no-such-word" >>haproxy.cfg.hb',
    )
  },
  async repairTemplate(engine) {
    await inNode(engine, 'cd "$NODE_DIR"; cp good.hb haproxy.cfg.hb')
  },
}

/** The images' own services have no variable for their folder. */
const toAgent = 'cd "$(dirname "$SERF_HAPROXY_CONFIG")"; scan="${SCAN_DIR:-/run/service}"'

const useOwnTemplate = `${toAgent}
cp "$SERF_HAPROXY_CONFIG" good.yaml
{ cat "$HAPROXY_CFG"; echo "  no-such-word"; } >own.hbs
chmod 644 own.hbs
echo "template: $PWD/own.hbs" >>"$SERF_HAPROXY_CONFIG"
s6-svc -r "$scan/agent"`

/** This project's agent. */
export const agentSystem: System = {
  name: 'agent',
  stage: appliedStage,
  async reload(engine) {
    await inNode(engine, 's6-svc -2 "${SCAN_DIR:-/run/service}/haproxy"')
  },
  async breakTemplate(engine) {
    await inNode(engine, useOwnTemplate)
  },
  async repairTemplate(engine) {
    await inNode(engine, `${toAgent}; cp good.yaml "$SERF_HAPROXY_CONFIG"; s6-svc -r "$scan/agent"`)
  },
}
