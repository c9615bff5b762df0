import type { Member } from '../records/member.js'
import type { Command } from '../wire/command-table.js'
import type { FakeCluster } from './fake-cluster.js'
import { wireMember } from './wire-member.js'

/** Content of a reply: the reason of a refusal, and the body, if any. */
export interface Answer {
  readonly reason?: string
  readonly body?: unknown
}

type Body = Readonly<Record<string, unknown>>
type Answerer = (cluster: FakeCluster, body: Body) => Answer

/** Answers that depend on the cluster only; the session answers the other commands. */
export const answers: Readonly<Partial<Record<Command, Answerer>>> = {
  members: cluster => membersBody([...cluster.members.values()]),
  'members-filtered': (cluster, { Name, Status, Tags }) => {
    const tags = Object.entries(textsOf(Tags)).map(
      ([tag, text]) => [tag, expression(text)] as const,
    )
    const name = expression(Name)
    const status = expression(Status)
    const matches = (member: Member) =>
      name.test(member.name) &&
      status.test(member.status) &&
      tags.every(([tag, text]) => text.test(member.tags[tag] ?? ''))
    return membersBody([...cluster.members.values()].filter(matches))
  },
  join: (cluster, { Existing }) => {
    const addresses = Array.isArray(Existing) ? Existing.map(String) : []
    const reached = addresses.filter(address => cluster.peers.includes(address)).length
    const body = { Num: reached }
    return reached > 0 ? { body } : { body, reason: 'no peer is reachable' }
  },
  'force-leave': (cluster, { Node, Prune }) => {
    const member = cluster.members.get(String(Node))
    if (member?.status !== 'failed') return {}
    if (Prune === true) cluster.members.delete(member.name)
    else cluster.members.set(member.name, { ...member, status: 'left' })
    return {}
  },
  tags: (cluster, { Tags, DeleteTags }) => {
    const member = cluster.members.get(cluster.self)
    if (!member) return { reason: 'the agent has no own member' }
    const tags = { ...member.tags, ...textsOf(Tags) }
    for (const tag of Array.isArray(DeleteTags) ? DeleteTags : []) delete tags[String(tag)]
    cluster.members.set(member.name, { ...member, tags })
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

function membersBody(members: readonly Member[]): Answer {
  return { body: { Members: members.map(wireMember) } }
}

/** Compiles an expression: those of tests are valid both in Go and in JavaScript. */
function expression(text: unknown): RegExp {
  if (typeof text !== 'string' || text === '') return /^/
  try {
    return new RegExp(`^${text}$`)
  } catch {
    // The session closes the connection, as a real agent does.
    throw new Error('a regular expression that does not compile')
  }
}

function textsOf(value: unknown): Record<string, string> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
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
