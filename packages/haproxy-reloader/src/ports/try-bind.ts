import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { Port } from './new-ports.js'

/**
 * The kernel's answer to a bind.
 *
 * - `free`: it was bound, and is released
 * - `taken`: another socket has it
 * - `absent`: no interface has the address
 * - `denied`: this user may not bind it
 * - `unknown`: another error
 */
export type BindResult = 'free' | 'taken' | 'absent' | 'denied' | 'unknown'

/**
 * Binds an address and port and releases it at once. SO_REUSEPORT is not set, so
 * that a port which HAProxy would share with another program counts as taken.
 */
export async function tryBind(port: Port): Promise<BindResult> {
  try {
    await (port.protocol === 'tcp' ? bindTcp(port) : bindUdp(port))
    return 'free'
  } catch (error) {
    return results[(error as NodeJS.ErrnoException).code ?? ''] ?? 'unknown'
  }
}

const results: Readonly<Record<string, BindResult>> = {
  EADDRINUSE: 'taken',
  EADDRNOTAVAIL: 'absent',
  EACCES: 'denied',
  EPERM: 'denied',
}

function bindTcp({ host, port, isOnlyIPv6 }: Port): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => socket.destroy())
    server.once('error', reject)
    server.listen({ host, port, ipv6Only: isOnlyIPv6, exclusive: true, backlog: 1 }, () =>
      server.close(() => resolve()),
    )
  })
}

function bindUdp({ host, port, isOnlyIPv6 }: Port): Promise<void> {
  return new Promise((resolve, reject) => {
    const type = host.includes(':') ? 'udp6' : 'udp4'
    const socket = createSocket({ type, ipv6Only: isOnlyIPv6 })
    socket.once('error', error => {
      socket.close()
      reject(error)
    })
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve()))
  })
}
