import { createServer, type AddressInfo } from 'node:net'
import { Connection } from '../src/connection/connection.js'
import { SerfClient } from '../src/index.js'
import { agentBytes, clusterOf, packets, replyBytes, replyOf, type Reply } from './members-reply.js'
import type { NodeSerf, Peers } from './peers.js'
import { medianMs, onceMs, print, row } from './report.js'

/** Performs one `members` call, from the request to the decoded reply. */
type Call = () => Promise<number>

/** Measures this client and two others with a `members` reply in packets of 1,400 bytes. */
export async function compareDecoding({ nodeSerf, serfRpc }: Peers): Promise<void> {
  for (const count of [10, 1000, 10_000]) {
    const reply = replyOf(clusterOf(count))
    const size = (reply(0).length / 1000).toFixed(0)
    print(`\nreply with ${count} members (${size} kB) in packets of 1.4 kB:`)
    const ours = await ourCall(reply)
    const theirs = await nodeSerfCall(nodeSerf, reply)
    // node-serf needs more than a minute for 10,000 members: it runs once.
    const isLong = count > 1000
    const times = isLong
      ? { ...(await medianMs({ ours: ours.call }, 15)), ...(await onceMs({ theirs: theirs.call })) }
      : await medianMs({ ours: ours.call, theirs: theirs.call }, 20)
    ours.end()
    theirs.end()
    row('node-serf', times.theirs)
    row('node-serf-client', times.ours, times.theirs)
  }
  print(`\nserf-rpc: ${serfRpcProblem(serfRpc) ?? 'reads a reply with one member in one packet'}`)
}

async function ourCall(reply: Reply): Promise<{ call: Call; end: () => void }> {
  const limits = { timeoutMs: 60_000, maxFrameBytes: 16 * 2 ** 20, maxElements: 1_000_000 }
  const connection = new Connection(agentBytes(reply), limits)
  await connection.call({ command: 'handshake', body: { Version: 1 } }, () => {})
  const client = new SerfClient(connection, 'bench')
  return { call: async () => (await client.members()).length, end: () => client.close() }
}

/** Measures node-serf. It is a socket itself: it connects to an idle server, and its input is pushed. */
async function nodeSerfCall(
  nodeSerf: NodeSerf,
  reply: Reply,
): Promise<{ call: Call; end: () => void }> {
  const sink = createServer(socket => socket.on('error', () => {}).resume())
  await new Promise<void>(resolve => sink.listen(0, '127.0.0.1', resolve))
  const { port } = sink.address() as AddressInfo
  const client = await new Promise<ReturnType<NodeSerf['connect']>>(resolve => {
    const connecting = nodeSerf.connect({ port }, () => resolve(connecting))
    // Its handshake has number 4; its calls with a body have 3, 6, 9 and so on.
    connecting.once('connect', () => setImmediate(() => connecting.push(replyBytes(4))))
  })
  let seq = 0
  const call = () =>
    new Promise<number>((resolve, reject) => {
      client.members((error, found) => {
        if (error instanceof Error) reject(error)
        else if (found) resolve(found.Members.length)
      })
      seq += 3
      const bytes = reply(seq)
      setImmediate(() => packets(bytes).forEach(packet => client.push(packet)))
    })
  const end = () => {
    client.destroy()
    sink.close()
  }
  return { call, end }
}

/** Returns the reason why serf-rpc cannot read a reply, if it cannot. */
function serfRpcProblem(serfRpc: Peers['serfRpc']): string | undefined {
  try {
    const replies = serfRpc.decode(replyOf(clusterOf(1))(1))
    return '1' in replies ? undefined : 'does not find the reply to its call'
  } catch (error) {
    return `cannot read a reply with one member: ${String(error)}`
  }
}
