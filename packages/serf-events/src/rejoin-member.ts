import { connect as connectTcp } from 'node:net'
import { connect, SerfError, type ConnectOptions, type Member } from 'node-serf-client'

/** Connection to the agent that joins the member, and time limits. */
export interface RejoinOptions extends ConnectOptions {
  /** Time limit for the member's gossip port to accept a connection. @defaultValue 500 ms */
  readonly reachableMs?: number
}

/** Time limit of the join: Serf waits 10 s for a member that accepts the connection and sends nothing. */
const joinTimeoutMs = 15_000

/**
 * Makes the agent join a failed member again. Returns true if the agent
 * reached it; both sides then exchange the members that they know.
 *
 * Serf itself tries one failed member every `reconnect_interval`, 30 s by
 * default; call this function to retry sooner. The member's gossip port is
 * checked from this process first, because an agent that joins a silent host
 * cannot join any other host for 10 s. So run this on the agent's host, or
 * close to it.
 *
 * @throws SerfError if the agent cannot be asked; an unreachable member is no
 * error.
 */
export async function rejoinMember(
  { address, port }: Pick<Member, 'address' | 'port'>,
  { reachableMs = 500, ...agent }: RejoinOptions = {},
): Promise<boolean> {
  if (!(await acceptsConnection(address, port, reachableMs))) return false
  agent.signal?.throwIfAborted()
  await using client = await connect({ timeoutMs: joinTimeoutMs, ...agent })
  const { signal } = agent
  try {
    return (await client.join([hostAndPort(address, port)], signal && { signal })) > 0
  } catch (error) {
    if (error instanceof SerfError && error.code === 'refused') return false
    throw error
  }
}

function acceptsConnection(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connectTcp({ host, port })
    const end = (isAccepted: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(isAccepted)
    }
    const timer = setTimeout(() => end(false), timeoutMs)
    socket.once('connect', () => end(true)).on('error', () => end(false))
  })
}

function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
