import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError } from '../lab-error.js'
import { backendNumber, balancer, type Place } from '../engine/place.js'

/** The folder of a lab in containers, its network, and its ports on this machine. */
export interface ContainerPlace extends Place {
  readonly network: string
  /** Published on 127.0.0.1. */
  readonly published: { readonly traffic: number; readonly stats: number; readonly serfRpc: number }
}

/** The network of the lab "Docker"; its names and ports are the plain ones. */
export const containerSubnet = '192.168.42'

const firstPublished = 20_000
const publishedEach = 40

/** A place on a network of its own; several labs need a subnet each. */
export function containerPlaceOn(subnet: string, folder?: string): ContainerPlace {
  if (!isPrivate(subnet)) {
    throw new LabError(
      `--subnet: expected a private network of containers such as ${containerSubnet}, got ${subnet}`,
    )
  }
  const owner = process.getuid?.() ?? 'user'
  const first = firstOf(subnet)
  return {
    subnet,
    folder: folder ?? join(tmpdir(), `serf-haproxy-lab-${owner}-${subnet}`),
    network: subnet === containerSubnet ? 'serf-haproxy-lab' : `serf-haproxy-lab-${subnet}`,
    published:
      subnet === containerSubnet
        ? { traffic: 8080, stats: 1936, serfRpc: 7373 }
        : { traffic: first, stats: first + 1, serfRpc: first + 2 },
  }
}

/** A node's container: `ha`, `s1`, …, as in the lab "Docker"; with the subnet elsewhere. */
export function containerName({ subnet }: Place, node: string): string {
  return subnet === containerSubnet ? node : `${node}-${subnet}`
}

/** The node of a container with this name. */
export function nodeOf({ subnet }: Place, name: string): string {
  return name.endsWith(`-${subnet}`) ? name.slice(0, -subnet.length - 1) : name
}

/** The ports of this machine that a node takes, and the port of the node behind each. */
export function publishedPorts(
  place: ContainerPlace,
  node: string,
): readonly { readonly own: number; readonly published: number }[] {
  const { traffic, stats, serfRpc } = place.published
  if (node !== balancer) return [{ own: 3000, published: applicationPort(place, node) }]
  return [
    { own: 8080, published: traffic },
    { own: 1936, published: stats },
    { own: 7373, published: serfRpc },
  ]
}

/** Returns the port of this machine for a node's web application, past the load balancer: 4000 for s1. */
export function applicationPort({ subnet }: Place, node: string): number {
  const first = subnet === containerSubnet ? 4000 : firstOf(subnet) + 3
  return first + backendNumber(node) - 1
}

function firstOf(subnet: string): number {
  return firstPublished + publishedEach * Number(subnet.split('.')[2])
}

function isPrivate(subnet: string): boolean {
  const numbers = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(subnet)?.slice(1).map(Number) ?? []
  const [a = 0, b = 0] = numbers
  return (
    numbers.length === 3 &&
    numbers.every(number => number <= 255) &&
    (a === 10 || (a === 192 && b === 168) || (a === 172 && b >= 16 && b < 32))
  )
}
