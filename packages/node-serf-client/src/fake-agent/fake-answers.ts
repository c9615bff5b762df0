import type { Member } from '../records/member.js'
import type { Command } from '../wire/command-table.js'
import type { FakeCluster } from './fake-cluster.js'
import { filteredMembers, textsOf } from './filtered-members.js'

/** Content of a reply: the reason of a refusal, and the body or the members, if any. */
export interface Answer {
  readonly reason?: string
  readonly body?: unknown
  /** Members that are the body. */
  readonly members?: readonly Member[]
}

type Body = Readonly<Record<string, unknown>>
type Answerer = (cluster: FakeCluster, body: Body) => Answer

/** Answers that depend on the cluster only; the session answers the other commands. */
export const answers: Readonly<Partial<Record<Command, Answerer>>> = {
  members: cluster => ({ members: cluster.list }),
  'members-filtered': (cluster, body) => ({ members: filteredMembers(cluster, body) }),
  join: (cluster, { Existing }) => {
    const addresses = Array.isArray(Existing) ? Existing.map(String) : []
    const reached = addresses.filter(address => cluster.peers.includes(address)).length
    const body = { Num: reached }
    return reached > 0 ? { body } : { body, reason: 'no peer is reachable' }
  },
  'force-leave': (cluster, { Node, Prune }) => {
    const member = cluster.members.get(String(Node))
    if (member?.status !== 'failed' && member?.status !== 'left') return {}
    if (Prune === true) {
      cluster.removeMember(member.name)
      cluster.write(`[INFO] serf: EventMemberReap (forced): ${member.name} ${member.address}`)
    } else cluster.setMember({ ...member, status: 'left' })
    return {}
  },
  tags: (cluster, { Tags, DeleteTags }) => {
    const member = cluster.members.get(cluster.self)
    if (!member) return { reason: 'the agent has no own member' }
    const tags = { ...member.tags, ...textsOf(Tags) }
    for (const tag of Array.isArray(DeleteTags) ? DeleteTags : []) delete tags[String(tag)]
    cluster.setMember({ ...member, tags })
    cluster.write(`[INFO] serf: EventMemberUpdate: ${member.name}`)
    return {}
  },
  event: (cluster, { Name, Payload, Coalesce }) => {
    const payload = Payload instanceof Uint8Array ? Payload : new Uint8Array()
    if (Buffer.byteLength(String(Name)) + payload.length > 512) {
      return { reason: 'user event exceeds limit of 512 bytes before encoding' }
    }
    const facts = { Name, Payload: payload, Coalesce: Coalesce === true, LTime: cluster.tick() }
    cluster.emit({ types: ['user', `user:${String(Name)}`], record: { Event: 'user', ...facts } })
    return {}
  },
  stats: cluster => ({
    body: {
      agent: { name: cluster.self },
      runtime: { version: 'fake' },
      serf: { members: String(cluster.members.size), encrypted: String(cluster.keys.length > 0) },
      tags: cluster.members.get(cluster.self)?.tags ?? {},
    },
  }),
  'get-coordinate': (cluster, { Node }) => {
    const Coord = { Vec: Array.from({ length: 8 }, () => 0), Error: 1.5, Adjustment: 0, Height: 0 }
    return { body: { Coord, Ok: cluster.members.has(String(Node)) } }
  },
  'install-key': (cluster, { Key }) =>
    changeKeys(cluster, keys => (keys.includes(String(Key)) ? keys : [...keys, String(Key)])),
  'use-key': (cluster, { Key }) =>
    changeKeys(cluster, keys => {
      const key = String(Key)
      return keys.includes(key) ? [key, ...keys.filter(other => other !== key)] : undefined
    }),
  'remove-key': (cluster, { Key }) =>
    changeKeys(cluster, keys => (keys[0] === Key ? undefined : keys.filter(key => key !== Key))),
  'list-keys': cluster => changeKeys(cluster, keys => keys),
}

/** Changes the keys of a cluster of one; refuses if `change` returns undefined. */
function changeKeys(
  cluster: FakeCluster,
  change: (keys: readonly string[]) => readonly string[] | undefined,
): Answer {
  const isEncrypted = cluster.keys.length > 0
  const keys = isEncrypted ? change(cluster.keys) : undefined
  if (keys) cluster.setKeys(keys)
  const problem = isEncrypted ? 'invalid change of the keys' : 'Keyring is empty'
  const counts = { NumNodes: 1, NumResp: 1, NumErr: keys ? 0 : 1 }
  const body = {
    Messages: keys ? {} : { [cluster.self]: problem },
    Keys: Object.fromEntries((keys ?? []).map(key => [key, 1])),
    ...counts,
  }
  return keys ? { body } : { body, reason: '1/1 nodes reported failure' }
}
