import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError } from '../lab-error.js'

/** The folder of one lab, and the loopback network of its nodes. */
export interface Place {
  readonly folder: string
  /** The first three numbers of the addresses, as in `127.0.42`. */
  readonly subnet: string
}

/** The ports, the same on every node; each node has an address of its own. */
export const ports = {
  traffic: 8080,
  stats: 1936,
  application: 3000,
  gossip: 7946,
  serfRpc: 7373,
  agent: 9642,
} as const

/** The load balancer's node. */
export const balancer = 'ha'

/** The pool that the lab's web applications form. */
export const pool = 'nodes'

const lastBackend = 23

/** A place on a loopback network; several labs need a subnet each. */
export function placeOn(subnet: string, folder?: string): Place {
  const numbers = /^127\.(\d{1,3})\.(\d{1,3})$/.exec(subnet)?.slice(1) ?? []
  if (numbers.length !== 2 || numbers.some(number => Number(number) > 255)) {
    throw new LabError(`--subnet: expected a loopback network such as 127.0.42, got ${subnet}`)
  }
  const owner = process.getuid?.() ?? 'user'
  return { subnet, folder: folder ?? join(tmpdir(), `serf-haproxy-lab-${owner}-${subnet}`) }
}

/** The address of a node: .42 for the load balancer, .11, .22, .33 … for s1, s2, s3 … */
export function addressOf({ subnet }: Place, node: string): string {
  return `${subnet}.${node === balancer ? 42 : 11 * backendNumber(node)}`
}

/** The name of a web application's node: s1, s2, … */
export function backendName(number: number): string {
  if (number >= 1 && number <= lastBackend) return `s${number}`
  throw new LabError(`There is no address for node s${number}: expected s1 to s${lastBackend}`)
}

/** Returns the number in a node's name; throws where it is not the name of a web application's node. */
export function backendNumber(node: string): number {
  const number = Number(/^s([1-9]\d?)$/.exec(node)?.[1] ?? 0)
  if (number >= 1 && number <= lastBackend) return number
  throw new LabError(`There is no node ${JSON.stringify(node)}: expected s1 to s${lastBackend}`)
}

/** Parses a number of nodes; `what` names its origin in an error. */
export function parseScale(text: string, what: string): number {
  if (/^\d+$/.test(text) && Number(text) <= lastBackend) return Number(text)
  throw new LabError(`${what}: expected a number of nodes from 0 to ${lastBackend}, got ${text}`)
}
