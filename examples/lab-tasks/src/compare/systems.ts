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

/** The pipeline of the classic lab: handlers, a template, a restart with `-sf`. */
export const classicStage: Stage = {
  name: 'classic',
  summary: 'event handlers write haproxy.cfg and start HAProxy again',
  isSupervised: true,
  descriptions: { ha: join(folder, 'ha.yaml'), webapp: join(folder, 'webapp.yaml') },
  services: { ha: ['ha', 'serf'], webapp: ['node', 'serf'] },
  files: {
    ha: {
      'haproxy.cfg': join(folder, 'haproxy.cfg'),
      'haproxy.cfg.hb': join(folder, 'haproxy.cfg.hb'),
    },
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
        `member-join=${join(folder, 'member-join.sh')}`,
        `member-leave,member-failed=${join(folder, 'member-leave.sh')}`,
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
    await inNode(engine, 's6-svc -h scan/ha')
  },
  async breakTemplate(engine) {
    await inNode(engine, 'cp haproxy.cfg.hb good.hb; echo "  no-such-word" >>haproxy.cfg.hb')
  },
  async repairTemplate(engine) {
    await inNode(engine, 'cp good.hb haproxy.cfg.hb')
  },
}

const useOwnTemplate = `
cp "$SERF_HAPROXY_CONFIG" good.yaml
{ cat "$HAPROXY_CFG"; echo "  no-such-word"; } >own.hbs
echo "template: own.hbs" >>"$SERF_HAPROXY_CONFIG"
s6-svc -r scan/agent`

/** This project's agent. */
export const agentSystem: System = {
  name: 'agent',
  stage: appliedStage,
  async reload(engine) {
    await inNode(engine, 's6-svc -2 scan/haproxy')
  },
  async breakTemplate(engine) {
    await inNode(engine, useOwnTemplate)
  },
  async repairTemplate(engine) {
    await inNode(engine, 'cp good.yaml "$SERF_HAPROXY_CONFIG"; s6-svc -r scan/agent')
  },
}
