import { isIPv4 } from 'node:net'
import type { Member } from '../records/member.js'

/** Converts a member to the form that Serf sends. */
export function wireMember({ name, address, port, status, tags }: Member): object {
  return {
    Name: name,
    Addr: addressBytes(address),
    Port: port,
    Tags: tags,
    Status: status,
    ProtocolMin: 1,
    ProtocolMax: 5,
    ProtocolCur: 2,
    DelegateMin: 2,
    DelegateMax: 5,
    DelegateCur: 4,
  }
}

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number)
  if (!address.includes(':')) return new Uint8Array()
  const [head = '', tail = ''] = address.split('::')
  const missing = 8 - groups(head).length - groups(tail).length
  const zeros = Array.from({ length: missing }, () => '0')
  return Uint8Array.from(
    [...groups(head), ...zeros, ...groups(tail)].flatMap(group => {
      const value = Number.parseInt(group, 16)
      return [value >> 8, value & 0xff]
    }),
  )
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
