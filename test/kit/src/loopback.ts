import { randomInt } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'

/** A loopback address that no other test is likely to have. */
export function loopbackAddress(): string {
  return `127.${randomInt(64, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`
}

/** Ports that this process was given: who asks again may not have bound the first yet. */
const given = new Set<string>()

/** A port that is free on an address at this moment, and that nobody here was given before. */
export async function freePort(address: string): Promise<number> {
  for (;;) {
    const port = await portOfTheSystem(address)
    const name = `${address}:${port}`
    if (given.has(name)) continue
    given.add(name)
    return port
  }
}

function portOfTheSystem(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, address, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
