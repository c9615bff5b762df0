import { basename } from 'node:path'
import type { Machine } from './machine.js'
import type { Effect, Step } from './proof.js'

/** The packages of the proof: the one to install, and a newer one. */
export interface Debs {
  readonly older: string
  readonly newer: string
}

const config = '--config /etc/serf-haproxy/serf-haproxy.yaml'
const ownFile = '/var/lib/serf-haproxy/haproxy.cfg'
const example = '/usr/share/doc/serf-haproxy/examples/haproxy-follows-serf-haproxy.conf'
const dropIn = '/etc/systemd/system/haproxy.service.d/serf-haproxy.conf'

/** Returns the commands of a new operator, from the installation to the removal, with their effects. */
export function operatorSteps(machine: Machine, { older, newer }: Debs): readonly Step[] {
  return [
    ...installation(machine, older),
    ...start(machine),
    ...membership(machine),
    ...upgrade(machine, newer),
    ...removal(machine),
  ]
}

/** Returns what the package manager does; it asks nothing. */
const apt = ({ root }: Machine, words: string) =>
  root.must(`apt-get --yes -o Dpkg::Options::=--force-confold ${words} 2>&1`)

function installation(machine: Machine, deb: string): readonly Step[] {
  return [
    { command: `apt install ./${basename(deb)}`, run: () => apt(machine, `install ${deb}`) },
    { command: 'serf-haproxy adopt --out /etc/serf-haproxy' },
    { command: `serf-haproxy check --no-members ${config}` },
  ]
}

/** HAProxy reads the agent's file from here on, and the agent waits with the old servers. */
function start(machine: Machine): readonly Step[] {
  const { root } = machine
  return [
    {
      command: `install -o serf-haproxy -g serf-haproxy -m 640 /etc/haproxy/haproxy.cfg ${ownFile}`,
    },
    { command: `install -D -m 644 ${example} ${dropIn}` },
    { command: 'systemctl daemon-reload' },
    restart(machine),
    {
      command: 'systemctl start serf',
      effect: {
        expected: /^lb .* alive/m,
        look: async () => (await root.run('serf members')).stdout,
      },
    },
    {
      command: 'systemctl enable --now serf-haproxy',
      effect: says(machine, 'status', /2 removals are held/),
    },
  ]
}

/** HAProxy closes its ports and opens them again, and serves with its former configuration. */
function restart(machine: Machine): Step {
  return {
    command: 'systemctl restart haproxy',
    mayFail: true,
    effect: {
      expected: /^web1 web2: 127\.0\.0\.1[12]$/,
      look: async () => `${await machine.servers()}: ${await machine.answer()}`,
    },
  }
}

/** Returns the effect that a command of the agent prints something. */
function says({ root }: Machine, command: string, expected: RegExp): Effect {
  const look = async () => (await root.run(`serf-haproxy ${command} ${config}`)).stdout
  return { expected, look }
}

/** Returns the effect that HAProxy runs these servers. */
function serves(machine: Machine, expected: string): Effect {
  return { expected, look: () => machine.servers() }
}

/** Returns the effect that a member has this state in Serf. */
function hasMember(machine: Machine, name: string, state: string): Effect {
  return says(machine, 'members', new RegExp(`^${name} +\\S+ +${state} `, 'm'))
}

const nodes = { node1: '127.0.0.21', node2: '127.0.0.22', node3: '127.0.0.23' }

/** Three nodes join, one leaves, and one is killed. */
function membership(machine: Machine): readonly Step[] {
  const joins = Object.entries(nodes).map(([name, host]): Step => {
    const command = `serf agent -tag role=web -join 127.0.0.5`
    const place = `-bind=${host} -rpc-addr=${host}:7373`
    return {
      command: `${command} (on ${name})`,
      run: () => machine.startNode(name, host, `${command} ${place}`),
      effect: hasMember(machine, name, 'alive'),
    }
  })
  return [
    ...joins,
    { command: `serf-haproxy accept ${config}`, effect: serves(machine, 'node1 node2 node3') },
    {
      command: 'serf leave (on node1)',
      run: () => machine.root.must(`serf leave -rpc-addr=${nodes.node1}:7373`),
      effect: serves(machine, 'node2 node3'),
    },
    {
      command: 'kill -9 (Serf agent and application of node2)',
      run: () => machine.killNode('node2'),
      effect: serves(machine, 'node3'),
    },
    { command: `serf-haproxy members ${config}`, effect: hasMember(machine, 'node2', 'failed') },
  ]
}

/** The newer package restarts the agent, and HAProxy keeps its worker. */
function upgrade(machine: Machine, deb: string): readonly Step[] {
  const { root } = machine
  const before = { agent: '', worker: '' }
  return [
    {
      command: `apt install ./${basename(deb)}`,
      async run() {
        before.agent = await machine.agent()
        before.worker = await machine.worker()
        await apt(machine, `install ${deb}`)
      },
      effect: {
        expected: 'following, another agent, the same worker',
        async look() {
          const { stdout } = await root.run(`serf-haproxy status ${config}`)
          const mode = /^agent +(\w+)/.exec(stdout)?.[1] ?? 'no agent'
          const isOther = (await machine.agent()) !== before.agent
          const isSame = (await machine.worker()) === before.worker
          return `${mode}, ${isOther ? 'another' : 'the same'} agent, ${isSame ? 'the same' : 'another'} worker`
        },
      },
    },
    { command: `serf-haproxy status ${config}`, effect: serves(machine, 'node3') },
  ]
}

/** The purge stops the agent and leaves nothing; HAProxy serves, and has its own file again. */
function removal(machine: Machine): readonly Step[] {
  return [
    {
      command: 'apt purge serf-haproxy',
      run: () => apt(machine, 'purge serf-haproxy'),
      effect: { expected: '', look: () => machine.left() },
    },
    restart(machine),
  ]
}
