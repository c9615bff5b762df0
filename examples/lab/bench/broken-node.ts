import { createServer } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'
import { endProcess, startSerfAgent } from 'real-components'
import { addressOf, balancer, ports, type Place } from '../src/engine/place.js'
import { readKeys } from '../src/processes/node-files.js'

/** Behaviour of the application of a broken node: 503 to everything, no answer, no listener. */
export type Defect = 'refuses' | 'hangs' | 'absent'

/** A member of the cluster whose application does not work. */
export interface BrokenNode {
  /** Requests that it got, health checks not counted. */
  clients(): number
  /** Leaves the cluster in order, or ends without a word. */
  end(how: 'leave' | 'kill'): Promise<void>
}

/** An address that no node of the lab has. */
const host = 201

/** Starts a Serf agent with the lab's key, and a broken application; one such node at a time. */
export async function startBrokenNode(
  place: Place,
  name: string,
  defect: Defect,
): Promise<BrokenNode> {
  const address = `${place.subnet}.${host}`
  const keys = await readKeys(place)
  let clients = 0
  const application = applicationOf(defect, () => clients++)
  if (application) {
    await new Promise<void>((resolve, reject) => {
      application.once('error', reject).listen(ports.application, address, resolve)
    })
  }
  const cleanups: (() => unknown)[] = []
  const closeAll = async () => {
    application?.close()
    for (const clean of cleanups.toReversed()) await clean()
  }
  try {
    const agent = await startSerfAgent(
      { teardown: clean => cleanups.push(clean) },
      {
        name,
        key: keys.gossip,
        rpcKey: keys.rpc,
        tags: { role: 'backend' },
        at: { address, gossipPort: ports.gossip, rpcPort: ports.serfRpc },
        seeds: [{ address: addressOf(place, balancer), gossipPort: ports.gossip }],
      },
    )
    return {
      clients: () => clients,
      async end(how) {
        await endProcess(agent.process, how === 'leave' ? 'SIGTERM' : 'SIGKILL')
        await closeAll()
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

function applicationOf(defect: Defect, onClient: () => void): Server | undefined {
  if (defect === 'absent') return undefined
  // Connections end with the node, so that its port is free for the next one.
  if (defect === 'hangs') {
    return closingAll(createTcpServer(socket => void socket.on('error', () => {}).resume()))
  }
  return closingAll(
    createServer((request, response) => {
      if (request.url !== '/health') onClient()
      response.writeHead(503).end()
    }),
  )
}

/** Returns the server, whose `close` also ends its connections. */
function closingAll(server: Server): Server {
  const ends = new Set<() => void>()
  server.on('connection', socket => {
    const end = () => socket.destroy()
    ends.add(end)
    socket.once('close', () => ends.delete(end))
  })
  const close = server.close.bind(server)
  server.close = done => {
    for (const end of ends) end()
    return close(done)
  }
  return server
}
