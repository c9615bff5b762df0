import type { Check, Quarantined } from 'haproxy-config-render'
import { connectRuntime, HaproxyError, type Runtime } from 'haproxy-runtime'
import {
  checkConfiguration,
  createReloader,
  masterReload,
  type Outcome,
  type Reloader,
} from 'haproxy-reloader'
import { watchMembership, type Membership } from 'serf-events'
import { admitMembers, updateFailedSince } from './admit-members.js'
import type { Agent } from './agent.js'
import type { AgentEvent } from './agent-event.js'
import type { Standing } from './agent-state.js'
import type { Configuration } from './configuration.js'
import { noCounts } from './counters.js'
import { emptyHistogram } from './histogram.js'
import { readText } from './load-configuration.js'
import { membershipEvents } from './membership-events.js'
import { timeline } from './timeline.js'
import { checkText, RefusedMembers } from './refused-members.js'
import { loadTemplate, renderMembers, serverNames } from './render-members.js'
import { WakeUp } from './wake-up.js'

/** What the agent works with; each has the real thing as its default. */
export interface AgentParts {
  readonly membership?: (signal: AbortSignal) => AsyncIterable<Membership>
  readonly runtime?: Runtime
  readonly reloader?: Reloader
  /** Has HAProxy judge a text, to find the member whose lines it refuses. */
  readonly check?: Check
  /** Told of each thing worth a line in a log. */
  readonly onEvent?: (event: AgentEvent) => void
}

/** While a member leaves, or is kept by health alone, its health is looked at this often. */
const witnessIntervalMs = 500

/**
 * Makes an agent. Nothing is read or connected before `run`, except the
 * template and the key file.
 *
 * @throws AgentError `configuration`, RenderError where the template is wrong.
 */
export function createAgent(
  configuration: Configuration,
  parts: AgentParts = {},
): Pick<Agent, 'run' | 'state' | 'events'> {
  const { haproxy, failedGraceMs, resyncMs } = configuration
  const template = loadTemplate(configuration)
  const watchOptions = serfOptions(configuration)
  const {
    runtime = connectRuntime({ socket: haproxy.runtimeSocket }),
    membership = signal => watchMembership({ ...watchOptions, signal }),
  } = parts
  const history = timeline(1000, Date.now)
  const onEvent = (event: AgentEvent) => {
    history.add(event)
    parts.onEvent?.(event)
  }

  const startedAt = Date.now()
  let known: Membership | undefined
  let failedSince: ReadonlyMap<string, number> = new Map()
  let last: Result = { quarantined: [], keptByHealth: [], outcome: undefined, generation: 0 }

  const refused = new RefusedMembers(template, parts.check ?? checkText(haproxy.binary))
  let incumbents: ReadonlySet<string> = new Set()

  /** Members → pools → text → HAProxy; the whole pipeline, once. */
  async function step(current: Membership, reloader: Reloader, signal: AbortSignal): Promise<void> {
    const members = [...current.members.values()]
    const now = Date.now()
    failedSince = updateFailedSince(failedSince, members, now)
    const serving = members.some(({ status }) => status === 'failed' || status === 'leaving')
      ? await servingNow(runtime, configuration)
      : new Map<string, never>()
    const { admitted, keptByHealth } = admitMembers(members, {
      serving,
      failedSince,
      failedGraceMs,
      now,
    })
    const fit = refused.withoutRefused(admitted)
    const made = renderMembers(fit.members, configuration, template, incumbents)
    let quarantined = [...made.quarantined, ...fit.quarantined]
    let outcome = await reloader.apply(made.rendered)
    if (outcome.kind === 'rejected') {
      const rest = await refused.renderRest(made, fit.members, { signal })
      quarantined = [...quarantined, ...(rest?.quarantined ?? [])]
      if (rest) outcome = await reloader.apply(rest.rendered)
    }
    incumbents = serverNames(made.model)
    record(current, { outcome, quarantined, keptByHealth })
  }

  function record(current: Membership, result: Omit<Result, 'generation'>): void {
    const { outcome, quarantined } = result
    const isNews =
      outcome?.kind !== 'unchanged' && JSON.stringify(outcome) !== JSON.stringify(last.outcome)
    const quarantineIsNews = JSON.stringify(quarantined) !== JSON.stringify(last.quarantined)
    const generation = outcome?.kind === 'applied' ? outcome.generation : last.generation
    last = { ...result, generation }
    if (isNews && outcome)
      onEvent({ kind: 'outcome', outcome, cause: current.cause, text: outcome.kind })
    if (quarantineIsNews) onEvent({ kind: 'quarantine', quarantined, text: 'quarantine' })
  }

  return {
    async run({ signal }) {
      const reloader = parts.reloader ?? defaultReloader(configuration, runtime)
      const wakeUp = new WakeUp()
      const following = (async () => {
        for await (const snapshot of membership(signal)) {
          for (const event of membershipEvents(known, snapshot)) onEvent(event)
          known = snapshot
          wakeUp.ring()
        }
      })()
      try {
        while (!signal.aborted) {
          // Who was never reached says nothing: HAProxy keeps what it has.
          const isInformed = known && (known.connected || known.members.size > 0)
          if (known && isInformed) {
            await step(known, reloader, signal).catch((error: unknown) => {
              const { message } = error as Error
              onEvent({ kind: 'error', error: message, text: message })
            })
          }
          const isLeaving = [...(known?.members.values() ?? [])].some(
            each => each.status === 'leaving',
          )
          const waitsForHealth = isLeaving || last.keptByHealth.length > 0
          await wakeUp.sleep(waitsForHealth ? witnessIntervalMs : resyncMs, signal)
        }
      } finally {
        await reloader.close()
        await following
      }
    },

    events: history.timeline,

    state: () => ({
      version: '0.1.0',
      startedAt,
      serf: {
        address: `${configuration.serf.rpc.address}:${configuration.serf.rpc.port}`,
        connected: known?.connected ?? false,
        ...(known?.error && { error: known.error.message }),
      },
      haproxy: { reachable: last.outcome !== undefined && last.outcome.kind !== 'deferred' },
      mode: 'following',
      members: [...(known?.members.values() ?? [])].map(({ name, address, status, tags }) => {
        const standing: Standing = last.keptByHealth.includes(name) ? 'kept-by-health' : 'serving'
        const suspect = known?.suspects.has(name) ?? false
        return { name, address, status, tags, suspect, pools: [], standing, reason: '' }
      }),
      quarantined: last.quarantined,
      pools: [],
      ...(last.outcome && { outcome: last.outcome }),
      configuration: { loadedAt: startedAt },
      counters: noCounts,
      latency: emptyHistogram,
    }),
  }
}

interface Result {
  readonly quarantined: readonly Quarantined[]
  readonly keptByHealth: readonly string[]
  readonly outcome: Outcome | undefined
  readonly generation: number
}

/** Where and how the Serf agent is asked. */
export function serfOptions({ serf }: Configuration): {
  host: string
  port: number
  authKey?: string
} {
  const key =
    serf.authKeyFile === undefined ? undefined : readText(serf.authKeyFile, 'the key file').trim()
  return { host: serf.rpc.address, port: serf.rpc.port, ...(key !== undefined && { authKey: key }) }
}

function defaultReloader({ haproxy }: Configuration, runtime: Runtime): Reloader {
  return createReloader({
    file: haproxy.configFile,
    runtime,
    reload: masterReload({ socket: haproxy.masterSocket }),
    check: (file, options) => checkConfiguration(file, { binary: haproxy.binary, ...options }),
    drainDeadlineMs: haproxy.drainDeadlineMs,
  })
}

async function servingNow(
  runtime: Runtime,
  { pools }: Configuration,
): Promise<ReadonlyMap<string, { health: 'up' | 'down' }>> {
  try {
    const servers = await runtime.servers(pools.map(pool => pool.name))
    return new Map(servers.map(server => [server.name, server]))
  } catch (error) {
    // HAProxy is away: it is no witness, and the reloader will say so.
    if (error instanceof HaproxyError) return new Map()
    throw error
  }
}
