import { once } from 'node:events'
import { createServer as createHttpServer, type Server, type ServerResponse } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { loopbackAddress, type Tidy } from 'real-components'

/** Starts a web server that answers only when the test does; its port, and the open responses. */
export async function slowBackend(t: Tidy) {
  const waiting: ServerResponse[] = []
  const port = await listenOnLoopback(
    t,
    createHttpServer((_, response) => waiting.push(response)),
  )
  return { port, waiting }
}

/** Starts a web server that answers with a name; returns its port. */
export function namedBackend(t: Tidy, name: string): Promise<number> {
  return listenOnLoopback(
    t,
    createHttpServer((_, response) => response.end(name)),
  )
}

/** Returns an address and port that another program listens on. */
export async function occupiedPort(t: Tidy): Promise<string> {
  const address = loopbackAddress()
  const other = createServer().listen(0, address)
  t.teardown(() => other.close())
  await once(other, 'listening')
  return `${address}:${(other.address() as AddressInfo).port}`
}

async function listenOnLoopback(t: Tidy, backend: Server): Promise<number> {
  backend.listen(0, '127.0.0.1')
  t.teardown(() => backend.close().closeAllConnections())
  await once(backend, 'listening')
  return (backend.address() as AddressInfo).port
}
