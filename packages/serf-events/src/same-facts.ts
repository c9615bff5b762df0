import type { Member } from 'node-serf-client'

/** Returns true if two members have the same address, port and tags. */
export function sameFacts(a: Member, b: Member): boolean {
  if (a === b) return true
  const tags = Object.keys(a.tags)
  return (
    a.address === b.address &&
    a.port === b.port &&
    tags.length === Object.keys(b.tags).length &&
    tags.every(tag => a.tags[tag] === b.tags[tag])
  )
}
