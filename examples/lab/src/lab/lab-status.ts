import { HaproxyError } from 'haproxy-runtime'
import { createSdk } from 'haproxy-runtime/sdk'
import { connect, SerfError } from 'node-serf-client'
import type { Endpoints, NodeEngine, NodeState } from '../engine/node-engine.js'
import { balancer, pool } from '../engine/place.js'

/** State of one node; each column comes from another program. */
export interface NodeStatus {
  readonly name: string
  /** The node's processes; undefined where it does not run. */
  readonly node: NodeState | undefined
  /** Serf's status of the member; undefined where the cluster does not know it. */
  readonly serf: string | undefined
  readonly address: string | undefined
  /** HAProxy's status of the server; undefined where the pool has no such server. */
  readonly haproxy: string | undefined
  /** Requests served since HAProxy has the server. */
  readonly requests: number | undefined
}

/** The whole lab at one moment: processes, Serf and HAProxy side by side. */
export async function labStatus(engine: NodeEngine): Promise<NodeStatus[]> {
  const endpoints = await engine.endpoints()
  const [nodes, members, servers] = await Promise.all([
    engine.nodes(),
    serfMembers(endpoints),
    haproxyServers(endpoints),
  ])
  const names = new Set([...nodes.keys(), ...members.keys(), ...servers.keys()])
  return [...names].toSorted(byRoleAndNumber).map(name => ({
    name,
    node: nodes.get(name),
    serf: members.get(name)?.status,
    address: members.get(name)?.address,
    haproxy: servers.get(name)?.status,
    requests: servers.get(name)?.requests,
  }))
}

async function serfMembers({ serf }: Endpoints) {
  try {
    await using client = await connect({ ...serf, timeoutMs: 2000 })
    const members = await client.members()
    return new Map(members.map(member => [member.name, member]))
  } catch (error) {
    // The load balancer's agent is away; the other columns are still of use.
    if (error instanceof SerfError) return new Map<string, never>()
    throw error
  }
}

async function haproxyServers({ runtimeSocket }: Endpoints) {
  const found = new Map<string, { status: string; requests: number }>()
  try {
    for (const server of await createSdk({ socket: runtimeSocket }).servers(pool)) {
      found.set(server.name, {
        status: await server.status(),
        requests: await server.metric('stot'),
      })
    }
  } catch (error) {
    if (!(error instanceof HaproxyError) && !isPassing(error)) throw error
  }
  return found
}

/** haproxy-sdk throws texts, or stumbles, where a server is gone between two of its questions. */
function isPassing(error: unknown): boolean {
  return typeof error === 'string' || error instanceof TypeError
}

function byRoleAndNumber(a: string, b: string): number {
  if (a === balancer || b === balancer) return a === balancer ? -1 : 1
  return Number(a.slice(1)) - Number(b.slice(1)) || (a < b ? -1 : 1)
}
