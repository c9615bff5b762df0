import { runProgram } from 'haproxy-config-text/program'
import type { Port } from './new-ports.js'

const timeoutMs = 5000

/**
 * Returns the control group, such as `/system.slice/nginx.service`, in which a socket was made
 * by another service than HAProxy; undefined if that is not certain. Any user may ask for it,
 * with `ss` of iproute2.
 *
 * @param haproxy - control group of HAProxy
 */
export async function foreignCgroup(
  { protocol, inode }: Pick<Port, 'protocol'> & { readonly inode: string },
  haproxy: string,
): Promise<string | undefined> {
  const args = ['-H', '-l', '-n', '-e', '--cgroup', protocol === 'tcp' ? '-t' : '-u']
  const { error, stdout } = await runProgram('ss', args, { timeoutMs })
  return error ? undefined : foreignCgroupIn(stdout, inode, haproxy)
}

/**
 * Finds the control group in the output of `ss`. It counts only if the output has a socket of
 * HAProxy's group too: paths may mean something else in a container.
 */
export function foreignCgroupIn(
  output: string,
  inode: string,
  haproxy: string,
): string | undefined {
  const groups = new Map(
    [...output.matchAll(/ ino:(\d+) .*? cgroup:(\/\S*)/g)].map(([, ino, path = '']) => [ino, path]),
  )
  const path = groups.get(inode)
  const isComparable = haproxy !== '/' && [...groups.values()].includes(haproxy)
  if (path === undefined || !isComparable) return undefined
  return isWithin(path, haproxy) || isWithin(haproxy, path) ? undefined : path
}

function isWithin(path: string, group: string): boolean {
  return path === group || path.startsWith(group === '/' ? group : `${group}/`)
}
