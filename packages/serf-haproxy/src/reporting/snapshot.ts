import { frozenOf, type AgentRecord } from './agent-record.js'
import type { Rendering } from '../rendering/rendering.js'
import type {
  AgentState,
  MemberState,
  PoolState,
  SerfState,
  ServerState,
} from '../state/agent-state.js'
import { byName } from '../state/by-name.js'
import type { Configuration } from '../configuration/schema.js'
import { endpointText } from '../configuration/endpoint.js'
import type { Observation, SeenServer } from '../haproxy/observe-haproxy.js'
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
  const { held, heldChange, generation, outcome, fault, observation } = record
  const { pollFault, probeFault, disk } = record
  const frozen = frozenOf(record)
  const { unprinted } = record.placement
  return {
    version,
    startedAt,
    serf: serfState(record, configuration),
    haproxy: observation?.haproxy ?? { reachable: false, error: 'not asked yet' },
    mode: frozen ? 'frozen' : held || heldChange ? 'held' : 'following',
    ...(frozen && { frozen }),
    ...(record.drained.size > 0 && { drained: [...record.drained.values()] }),
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

/*
 * The states of members and servers that were made last, by what they follow from. A
 * state that did not change stays the same object, so a difference is found quickly.
 */
type MadeMembers = Pick<AgentRecord, 'membership'> & { readonly members: readonly MemberState[] }
const madeMembers = new WeakMap<AgentRecord['memberStates'], MadeMembers>()
type Pools = Rendering['rendered']['pools']
type SeenServers = Observation<SeenServer>['servers'] | undefined
const madePools = new WeakMap<Pools, { seen: SeenServers; pools: readonly PoolState[] }>()
type Server = Pools[number]['servers'][number]
const madeServers = new WeakMap<Server, { seen: SeenServer | undefined; state: ServerState }>()

/** Returns the states of all members by name; members newer than the newest decision are undecided. */
function memberStates({ memberStates, membership }: AgentRecord): readonly MemberState[] {
  const made = madeMembers.get(memberStates)
  if (made && made.membership === membership) return made.members
  const undecided = [...(membership?.members.values() ?? [])].filter(
    ({ name }) => !memberStates.has(name),
  )
  const members = [
    ...[...memberStates.values()].map(state => asSerfSaysNow(state, membership)),
    ...undecided.map(({ name, address, status, tags }): MemberState => {
      const suspect = membership?.suspects.has(name) ?? false
      const base = { name, address, status, tags, suspect, pools: [] }
      return { ...base, standing: 'not-selected', reason: 'not decided yet' }
    }),
  ].toSorted(byName)
  madeMembers.set(memberStates, { membership, members })
  return members
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

const noPools: Pools = []

/** Returns the states of the pools, which the rendering has by name, as their servers. */
function poolStates({ rendering, observation }: AgentRecord): readonly PoolState[] {
  const rendered = rendering?.rendered.pools ?? noPools
  const seen = observation?.servers
  const made = madePools.get(rendered)
  if (made && made.seen === seen) return made.pools
  const pools = rendered.map(({ name, servers }) => ({
    name,
    servers: servers.map(server => serverState(server, seen?.get(`${name}/${server.name}`))),
  }))
  madePools.set(rendered, { seen, pools })
  return pools
}

function serverState(server: Server, seen: SeenServer | undefined): ServerState {
  const made = madeServers.get(server)
  if (made && made.seen === seen) return made.state
  const { name, address, port, weight } = server
  const state = { name, address, port, weight, ...(seen && seenFacts(seen)) }
  madeServers.set(server, { seen, state })
  return state
}

function seenFacts(seen: SeenServer): Partial<ServerState> {
  const { pool: _, name: __, weight: currentWeight, ...statistics } = seen
  const health = healthOf(seen.status)
  return { currentWeight, ...statistics, ...(health && { health }) }
}
