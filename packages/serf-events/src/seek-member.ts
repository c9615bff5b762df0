import { connect as connectTcp } from 'node:net'
import { connect, SerfError, type ConnectOptions, type Member } from 'node-serf-client'

/** Which agent is to look, and how long anything may take. */
export interface RejoinOptions extends ConnectOptions {
  /** How long the member's gossip port may take to accept a connection; 500 ms by default. */
  readonly reachableMs?: number
}

/** Serf waits 10 s for a member that accepts and says nothing. */
const joinMs = 15_000

/**
 * Has the agent look for a member that it lost. True where it found it: what
 * either side of a cut knows is then put together, and soon everybody knows.
 *
 * Serf looks by itself for one member every `reconnect_interval`, 30 s; this
 * is for those who know better than that. The member's gossip port is tried
 * from here first: an agent that joins a silent host can join nobody else for
 * 10 s. So this has to run where the agent does, or near it.
 *
 * @throws SerfError where the agent cannot be asked; a member that is not
 * there is no error.
 */
export async function rejoinMember(
  { address, port }: Pick<Member, 'address' | 'port'>,
  { reachableMs = 500, ...agent }: RejoinOptions = {},
): Promise<boolean> {
  if (!(await accepts(address, port, reachableMs))) return false
  agent.signal?.throwIfAborted()
  await using client = await connect({ timeoutMs: joinMs, ...agent })
  const { signal } = agent
  try {
    return (await client.join([hostAndPort(address, port)], signal && { signal })) > 0
  } catch (error) {
    if (error instanceof SerfError && error.code === 'refused') return false
    throw error
  }
}

function accepts(host: string, port: number, withinMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connectTcp({ host, port })
    const end = (isThere: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(isThere)
    }
    const timer = setTimeout(() => end(false), withinMs)
    socket.once('connect', () => end(true)).on('error', () => end(false))
  })
}

function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
