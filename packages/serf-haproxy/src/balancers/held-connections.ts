import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'

/**
 * Adds a rule, says so, and removes it when its input ends: also if this process is killed.
 * Another program may have the lock of the rules: it is waited for, for 5 seconds.
 */
const script =
  'command -v "$1" >/dev/null || exit 3; "$1" -w 5 -I INPUT -d "$2" -p tcp --syn -j DROP || exit 1; ' +
  'echo held; read -r _; exec "$1" -w 5 -D INPUT -d "$2" -p tcp --syn -j DROP'

/** New connections to an address that are held back. */
export interface HeldConnections {
  /** Lets new connections in again. */
  release(): Promise<void>
}

/**
 * Holds back new connections to an address: their first packet is dropped, and the kernel of
 * the client sends it again after a second. Connections that are open go on.
 *
 * @returns the reason if that is not possible
 */
export async function holdConnections(address: string): Promise<HeldConnections | string> {
  const program = isIPv6(address) ? 'ip6tables' : 'iptables'
  const child = spawn('sh', ['-c', script, 'sh', program, address], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close') as Promise<[code: number | null]>
  let reason = ''
  child.stderr.setEncoding('utf8').on('data', (more: string) => (reason += more))
  const isHeld = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    ended.then(() => false),
  ])
  if (isHeld)
    return {
      async release() {
        child.stdin.end()
        await ended
      },
    }
  const [code] = await ended
  return code === 3 ? `${program} is not installed` : `${program} fails: ${reason.trim()}`
}
