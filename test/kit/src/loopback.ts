import { randomInt } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'

/** Returns a random loopback address, so that two tests hardly share one. */
export function loopbackAddress(): string {
  return `127.${randomInt(64, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`
}

/** Ports that were returned before: the caller may not have bound them yet. */
const returned = new Set<string>()

/** Returns a port that is free on an address now, and that was not returned before. */
export async function freePort(address: string): Promise<number> {
  for (;;) {
    const port = await portFromSystem(address)
    const name = `${address}:${port}`
    if (returned.has(name)) continue
    returned.add(name)
    return port
  }
}

function portFromSystem(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, address, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
