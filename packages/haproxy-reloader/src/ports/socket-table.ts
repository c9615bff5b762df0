import { readFile } from 'node:fs/promises'
import { endianness } from 'node:os'
import { canonicalAddress } from 'haproxy-config-text'
import type { Port } from './new-ports.js'

/** A socket that takes connections or datagrams at a port. */
export interface BoundSocket extends Pick<Port, 'protocol' | 'host' | 'port'> {
  /** User that created it. */
  readonly uid: number
  /** Number by which `/proc/PID/fd` names it. */
  readonly inode: string
}

/** Reads the sockets of this network namespace; none where there is no such table. */
export async function readSocketTable(protocol: Port['protocol']): Promise<BoundSocket[]> {
  const texts = await Promise.all([read(protocol), read(`${protocol}6`)])
  return texts.flatMap(text => parseSocketTable(text, protocol))
}

async function read(name: string): Promise<string> {
  return readFile(`/proc/self/net/${name}`, 'utf8').catch(() => '')
}

/** State of a socket that listens, and of one of datagrams without a peer. */
const bound: Readonly<Record<Port['protocol'], string>> = { tcp: '0A', udp: '07' }

/**
 * Parses a table of sockets, such as `/proc/net/tcp6`. Only those are returned
 * that take connections or datagrams of any peer.
 */
export function parseSocketTable(
  text: string,
  protocol: Port['protocol'],
  isLittleEndian = endianness() === 'LE',
): BoundSocket[] {
  return text.split('\n').flatMap(line => {
    const [, local = '', peer = '', state, , , , uid = '', , inode = ''] = line.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    if (state !== bound[protocol] || !/^0+:0000$/.test(peer)) return []
    const host = parseAddress(address, isLittleEndian)
    if (host === undefined) return []
    return [{ protocol, host, port: Number.parseInt(port, 16), uid: Number(uid), inode }]
  })
}

/** The kernel prints each 32 bits of an address as a number of its own byte order. */
function parseAddress(hex: string, isLittleEndian: boolean): string | undefined {
  if (!/^(?:[\da-f]{8}){1,4}$/i.test(hex)) return undefined
  const bytes = Buffer.from(hex, 'hex')
  if (isLittleEndian) bytes.swap32()
  if (bytes.length === 4) return [...bytes].join('.')
  const groups = [...(bytes.toString('hex').match(/.{4}/g) ?? [])]
  return canonicalAddress(groups.join(':'))
}

/**
 * Returns whether a socket keeps a port from being bound.
 *
 * - `certain`: one address, or all addresses of one family
 * - `possible`: `::`, which has IPv4 too unless its socket was made for IPv6 only
 * - `none`: both can be bound
 */
export function clash(port: Port, socket: BoundSocket): 'certain' | 'possible' | 'none' {
  if (port.protocol !== socket.protocol || port.port !== socket.port) return 'none'
  const [wanted, has] = [plain(port.host), plain(socket.host)]
  if (isIPv6(wanted) === isIPv6(has))
    return wanted === has || isAny(wanted) || isAny(has) ? 'certain' : 'none'
  if (has === '::') return 'possible'
  return wanted === '::' && !port.isOnlyIPv6 ? 'certain' : 'none'
}

/** An IPv4 address that is written as one of IPv6 is one of IPv4 for the kernel. */
const plain = (host: string) => host.replace(/^::ffff:(?=[\d.]+$)/, '')
const isIPv6 = (host: string) => host.includes(':')
const isAny = (host: string) => host === '0.0.0.0' || host === '::'
