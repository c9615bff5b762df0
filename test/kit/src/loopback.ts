import { randomInt } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'

/** A loopback address that no other test is likely to have. */
export function loopbackAddress(): string {
  return `127.${randomInt(64, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`
}

/** A port that is free on an address at this moment. */
export function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, address, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
