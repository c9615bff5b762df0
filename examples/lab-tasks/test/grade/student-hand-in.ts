import { handedFile, type HandedFile } from '../../src/grade/handed-file.js'

/** Files of a hand-in, by their paths; a test changes some before it grades them. */
export type HandIn = Map<string, string | Uint8Array>

const ids = { ha: '6ad1f3c0b712', s1: '45f3564e86b7', s2: '012e45675901' } as const
type Node = keyof typeof ids
const addresses = { ha: '192.168.42.42', s1: '192.168.42.11', s2: '192.168.42.22' } as const

/** Returns the log of a container whose agent met these others, as `docker logs` prints it. */
export function agentLog(node: Node, others: readonly Node[]): string {
  const joins = [node, ...others].map(
    name => `    2021/12/12 16:42:31 [INFO] serf: EventMemberJoin: ${ids[name]} ${addresses[name]}`,
  )
  return ['==> Starting Serf agent...', `         Node name: '${ids[node]}'`, ...joins, ''].join(
    '\n',
  )
}

const containerRow = (name: string, i: number) =>
  `${String(i).repeat(12)}   softengheigvd/webapp   "/init"   2 minutes ago   Up 2 minutes   7373/tcp, 0.0.0.0:400${i}->3000/tcp   ${name}`

/** Returns the table of `docker ps` with these containers. */
export function dockerPs(names: readonly string[]): string {
  const head = 'CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES'
  return `${[head, ...names.map(containerRow)].join('\n')}\n`
}

/** Returns what `docker inspect` prints of a container. */
export function dockerInspect(name: string): string {
  return JSON.stringify([{ Id: 'a1', Name: `/${name}`, State: { Status: 'running' } }], null, 4)
}

/** Returns a haproxy.cfg with these web applications. */
export function configuration(nodes: readonly Node[]): string {
  const servers = nodes.map(node => `    server ${ids[node]} ${addresses[node]}:3000 check`)
  return ['global', 'backend nodes', '    balance roundrobin', ...servers, ''].join('\n')
}

/** Returns the line that the template of task 4 makes for a node. */
export function announcement(node: Node): string {
  return `Container ${ids[node]} has joined the Serf cluster with the following IP address: ${addresses[node]}\n`
}

/** Returns a whole PNG of this size, as far as its frame goes. */
export function png(width = 1500, height = 560): Uint8Array {
  const bytes = Buffer.alloc(64)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  bytes.write('IEND', 56, 'latin1')
  return bytes
}

const handlerLog = `Member join script triggered by: 6ad1f3c0b712 balancer
Member join event received from: ${ids.ha} with role balancer
Member join event received from: ${ids.s1} with role backend
`

/** A complete hand-in of the original lab, with the names that a student gave. */
export function completeHandIn(): HandIn {
  return new Map<string, string | Uint8Array>([
    ['task 0/stats.png', png()],
    ['task 1/stats.png', png(1501)],
    ['task 2/ha.txt', agentLog('ha', ['s1', 's2'])],
    ['task 2/s1.txt', agentLog('s1', ['ha', 's2'])],
    ['task 2/s2.txt', agentLog('s2', ['ha', 's1'])],
    ['task 3/ha-alone.log', agentLog('ha', [])],
    ['task 3/s1.log', agentLog('s1', ['ha'])],
    ['task 3/ha-after-s1.log', agentLog('ha', ['s1'])],
    ['task 3/s2.log', agentLog('s2', ['ha', 's1'])],
    ['task 3/serf.log', handlerLog],
    ['Task4/haproxy_ha.cfg', announcement('ha')],
    ['Task4/haproxy_s1.cfg', announcement('s1')],
    ['Task4/haproxy_s2.cfg', announcement('s2')],
    ['Task4/docker_ps.log', dockerPs(['ha', 's1', 's2'])],
    ...(['ha', 's1', 's2'] as const).map(
      node => [`Task4/inspect_${node}.log`, dockerInspect(node)] as const,
    ),
    ['task_5/haproxy_1.cfg', configuration([])],
    ['task_5/haproxy_2.cfg', configuration(['s1'])],
    ['task_5/haproxy_3.cfg', configuration(['s1', 's2'])],
    ['task_5/docker-ps.txt', dockerPs(['ha', 's1', 's2'])],
    ...(['ha', 's1', 's2'] as const).map(
      node => [`task_5/${node}-inspect.json`, `${dockerInspect(node)}\n`] as const,
    ),
    ['task_5/nodes.txt', `${ids.s1}\n${ids.s2}\n`],
    ['task_5/haproxy-after-stop.cfg', configuration(['s2'])],
    ['task_5/nodes-after-stop.txt', `${ids.s2}\n`],
    ['task_5/docker-ps-after-stop.txt', dockerPs(['ha', 's2'])],
    ['task-6/three.png', png(1502)],
    ['task-6/two.png', png(1503)],
    ['task-6/ps.txt', dockerPs(['ha', 's1', 's2', 's3'])],
  ])
}

/** Returns the files of a hand-in as they are read from a folder. */
export function filesOf(handIn: HandIn): HandedFile[] {
  return [...handIn].map(([path, content]) =>
    handedFile(path, typeof content === 'string' ? new TextEncoder().encode(content) : content),
  )
}
