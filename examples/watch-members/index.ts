// Prints each change of a Serf cluster. The fake agent stands for a real one,
// which differs only in `host`, `port` and `authKey`.
import type { Member } from 'node-serf-client'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import { diffMembership, watchMembership, type Known } from 'serf-events'

await using agent = await startFakeAgent({ name: 'ha' })
const ended = new AbortController()
const options = { host: agent.host, port: agent.port, signal: ended.signal }

let before: Known = { members: new Map() }
for await (const membership of watchMembership(options)) {
  const { joined, left, failed } = diffMembership(before, membership)
  for (const { name, address } of joined) console.log(`${name} joined from ${address}`)
  for (const { name } of left) console.log(`${name} left`)
  for (const { name } of failed) console.log(`${name} failed`)
  before = membership
  nextChange([...membership.members.values()])
}

/** Changes the fake cluster: s1 joins, then fails; then the watch ends. */
function nextChange([ha, s1]: readonly Member[]): void {
  if (!ha || s1?.status === 'failed') return ended.abort()
  const status = s1 ? 'failed' : 'alive'
  agent.setMembers([ha, { ...ha, name: 's1', address: '10.0.0.11', status }])
  agent.log(`[INFO] serf: EventMember${s1 ? 'Failed' : 'Join'}: s1 10.0.0.11`)
}
