import { readFile } from 'node:fs/promises'

const listening = '0A'
const unconnected = '07'

/** Returns the ports that are open at an IPv4 address of this machine, as in `3000/tcp`; from /proc/net. */
export async function listeningPorts(address: string): Promise<string[]> {
  const [tcp, udp] = await Promise.all([
    portsIn('/proc/net/tcp', address, listening),
    portsIn('/proc/net/udp', address, unconnected),
  ])
  return [...tcp.map(port => `${port}/tcp`), ...udp.map(port => `${port}/udp`)]
}

async function portsIn(file: string, address: string, state: string): Promise<number[]> {
  // Both are printed in hexadecimal, the address in the machine's byte order, which is little-endian here.
  const wanted = address
    .split('.')
    .map(part => Number(part).toString(16).padStart(2, '0'))
    .toReversed()
    .join('')
    .toUpperCase()
  const rows = (await readFile(file, 'utf8')).split('\n').slice(1)
  const ports = rows.flatMap(row => {
    const [, local = '', , found] = row.trim().split(/\s+/)
    const [host, port = ''] = local.split(':')
    return host === wanted && found === state ? [Number.parseInt(port, 16)] : []
  })
  return [...new Set(ports)].toSorted((a, b) => a - b)
}
