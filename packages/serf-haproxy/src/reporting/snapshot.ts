import type { AgentRecord } from './agent-record.js'
import type { AgentState, MemberState, PoolState, SerfState } from '../state/agent-state.js'
import type { Configuration } from '../configuration/schema.js'
import { endpointText } from '../configuration/endpoint.js'
import { healthOf } from '../haproxy/server-status.js'
import { version } from '../version.js'

/** Parts of the state that are not in the record. */
export interface SnapshotInput {
  readonly startedAt: number
  readonly file: string | undefined
  readonly configuration: Configuration
  readonly loadedAt: number
  readonly refused: string | undefined
}

/** Returns the whole state as plain data. */
export function snapshotState(record: AgentRecord, input: SnapshotInput): AgentState {
  const { startedAt, file, configuration, loadedAt, refused } = input
  const { held, heldChange, frozen, generation, outcome, fault, observation } = record
  const { pollFault, probeFault, disk } = record
  const { unprinted } = record.placement
  return {
    version,
    startedAt,
    serf: serfState(record, configuration),
    haproxy: observation?.haproxy ?? { reachable: false, error: 'not asked yet' },
    mode: frozen ? 'frozen' : held || heldChange ? 'held' : 'following',
    ...(frozen && { frozen }),
    ...(held && { held }),
    ...(heldChange && { heldChange }),
    ...(unprinted.length > 0 && { unprinted }),
    members: memberStates(record),
    quarantined: record.rendering?.quarantined ?? [],
    pools: poolStates(record),
    ...(generation && { generation }),
    ...(outcome && { outcome }),
    ...(fault && { fault }),
    ...(pollFault && { pollFault }),
    ...(probeFault && { probeFault }),
    ...(disk.length > 0 && { disk }),
    configuration: {
      loadedAt,
      ...(file !== undefined && { file }),
      ...(refused !== undefined && { refused }),
    },
    counters: record.counters,
    latency: record.latency,
  }
}

/** Returns the states of all members; members newer than the newest decision are undecided. */
function memberStates({ memberStates, membership }: AgentRecord): MemberState[] {
  const undecided = [...(membership?.members.values() ?? [])].filter(
    ({ name }) => !memberStates.has(name),
  )
  return [
    ...[...memberStates.values()].map(state => asSerfSaysNow(state, membership)),
    ...undecided.map(({ name, address, status, tags }): MemberState => {
      const suspect = membership?.suspects.has(name) ?? false
      const base = { name, address, status, tags, suspect, pools: [] }
      return { ...base, standing: 'not-selected', reason: 'not decided yet' }
    }),
  ]
}

/** Returns a decided member with its present status in Serf: a round that fails decides nothing. */
function asSerfSaysNow(state: MemberState, membership: AgentRecord['membership']): MemberState {
  const now = membership?.members.get(state.name)
  const suspect = membership?.suspects.has(state.name) ?? state.suspect
  const status = now?.status ?? (membership?.connected ? 'absent' : state.status)
  if (status === state.status && suspect === state.suspect) return state
  const reason = `decided while it was ${state.suspect ? 'suspect' : state.status}: ${state.reason}`
  return { ...state, status, suspect, reason }
}

function serfState({ membership }: AgentRecord, { serf }: Configuration): SerfState {
  const address = endpointText(serf.rpc)
  if (!membership) return { address, connected: false, error: 'not connected yet' }
  const { connected, error, changeSource, at } = membership
  return { address, connected, ...(error && { error: error.message }), changeSource, readAt: at }
}

function poolStates({ rendering, observation }: AgentRecord): PoolState[] {
  return (rendering?.rendered.pools ?? []).map(({ name: pool, servers }) => ({
    name: pool,
    servers: servers.map(({ name, address, port, weight }) => {
      const seen = observation?.servers.get(`${pool}/${name}`)
      if (!seen) return { name, address, port, weight }
      const { pool: _, name: __, weight: currentWeight, ...statistics } = seen
      const health = healthOf(seen.status)
      const facts = { name, address, port, weight, currentWeight, ...statistics }
      return health === undefined ? facts : { ...facts, health }
    }),
  }))
}
