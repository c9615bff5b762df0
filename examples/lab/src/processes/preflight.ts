import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../lab-error.js'
import { requireFreePort } from '../engine/free-port.js'
import { addressOf, balancer, ports, type Place } from '../engine/place.js'

/** The programs that the lab runs, and the Debian package of each. */
const programs = {
  haproxy: 'haproxy',
  serf: 'serf',
  's6-svscan': 's6',
  's6-notifyoncheck': 's6',
  execlineb: 'execline',
} as const

/** Throws where a program is missing; the error names the command that installs it. */
export async function requirePrograms(): Promise<void> {
  const folders = (process.env['PATH'] ?? '').split(':')
  const missing: string[] = []
  for (const program of Object.keys(programs) as (keyof typeof programs)[]) {
    const tries = folders.map(folder => access(join(folder, program), constants.X_OK))
    await Promise.any(tries).catch(() => missing.push(program))
  }
  if (missing.length === 0) return
  const packages = new Set(missing.map(program => programs[program as keyof typeof programs]))
  throw new LabError(
    `${missing.join(', ')} not found on the PATH; install it with: sudo apt-get install -y ${[...packages].join(' ')}`,
  )
}

/** Throws where a port that the node needs is in use. */
export async function requireFreePorts(place: Place, node: string): Promise<void> {
  const address = addressOf(place, node)
  const needed =
    node === balancer
      ? [ports.traffic, ports.stats, ports.gossip, ports.serfRpc, ports.agent]
      : [ports.application, ports.gossip, ports.serfRpc]
  const hint = "the lab needs Linux's loopback network 127.0.0.0/8"
  for (const port of needed) await requireFreePort(address, port, { node, other: '127.0.43', hint })
}
