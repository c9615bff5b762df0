import { appliedStage, stageFile, type Stage } from './stage.js'

/** HAProxy's configuration as it is written by hand: two servers, regardless of the members. */
const byHand = { 'haproxy.cfg': stageFile('haproxy.cfg') }

/** Task 0: two servers in a file, one process a node. */
export const staticStage: Stage = {
  ...appliedStage,
  name: 'static',
  summary: 'two servers are written in haproxy.cfg; a node is one process',
  isSupervised: false,
  services: { ha: ['haproxy'], webapp: ['webapp'] },
  files: { ha: byHand, webapp: {} },
}

/** Task 0, with the file edited for a third node, as M2 asks. */
export const thirdByHandStage: Stage = {
  ...staticStage,
  name: 'static-third',
  files: { ha: { 'haproxy.cfg': stageFile('haproxy-third.cfg') }, webapp: {} },
}

/** Task 1: the same under a supervisor. */
export const supervisedStage: Stage = {
  ...staticStage,
  name: 'supervised',
  summary: 'the same, under s6 as the first process of each node',
  isSupervised: true,
}

/** Task 2: a Serf agent on every node; what is to handle its events is not there yet. */
export const membershipStage: Stage = {
  ...supervisedStage,
  name: 'membership',
  summary: 'a Serf agent on every node; HAProxy does not know of it yet',
  services: { ha: ['haproxy', 'serf'], webapp: ['webapp', 'serf'] },
  serf: ({ node }) =>
    onBalancer(node, {
      'member-join': 'exec "$NODE_DIR/member-join.sh"',
      'member-leave,member-failed': 'exec "$NODE_DIR/member-leave.sh"',
    }),
}

/** Task 2, for comparison: all nodes join through `ha` only, as in the original lab. */
export const throughBalancerStage: Stage = {
  ...membershipStage,
  name: 'through-ha',
  serf: ({ node, addressOf }) => ({
    ...membershipStage.serf({ node, addressOf }),
    retry_join: undefined,
    start_join: [addressOf('ha')],
  }),
}

const everyMemberEvent = 'member-join,member-leave,member-failed,member-update,member-reap'

/** Task 3: the balancer's handlers write each event down. */
export const eventsStage: Stage = {
  ...membershipStage,
  name: 'events',
  summary: "the balancer's event handlers write each event down",
  serf: ({ node }) =>
    onBalancer(node, {
      [everyMemberEvent]: 'exec serf-events handler --append "$NODE_DIR/serf.log"',
    }),
}

/** Task 4: a one-line template, written over at each join. */
export const oneLineStage: Stage = {
  ...membershipStage,
  name: 'one-line',
  summary: 'each join writes a one-line file from a template, over the last one',
  files: {
    ha: {
      ...byHand,
      'one-line.sh': stageFile('one-line.sh'),
      'one-line.hbs': stageFile('one-line.hbs'),
    },
    webapp: {},
  },
  serf: ({ node }) => onBalancer(node, { 'member-join': 'exec "$NODE_DIR/one-line.sh"' }),
}

/** Task 5: each change writes the whole configuration again, and HAProxy is not informed. */
export const generatedStage: Stage = {
  ...membershipStage,
  name: 'generated',
  summary: 'each change writes the whole haproxy.cfg again; HAProxy is not informed yet',
  files: {
    ha: {
      'regenerate.sh': stageFile('regenerate.sh'),
      'nodes-view.mjs': stageFile('nodes-view.mjs'),
    },
    webapp: {},
  },
  serf: ({ node }) => onBalancer(node, { [everyMemberEvent]: 'exec "$NODE_DIR/regenerate.sh"' }),
}

function onBalancer(
  node: string,
  handlers: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  if (node !== 'ha') return {}
  return {
    event_handlers: Object.entries(handlers).map(([events, command]) => `${events}=${command}`),
  }
}
