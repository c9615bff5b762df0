import type { Check, PoolMember, ProxyModel, Quarantined, Rendered } from 'haproxy-config-render'
import {
  checkConfiguration,
  createReloader,
  masterReload,
  s6Reload,
  signalReload,
  type Outcome,
  type Reloader,
  type ReloadMethod,
} from 'haproxy-reloader'
import { connectMaster, connectRuntime, type Master, type Runtime } from 'haproxy-runtime'
import type { Configuration } from '../configuration/schema.js'
import type { Rules } from '../decision/evaluate-member.js'
import { loadOwnPolicy } from '../decision/user-policy.js'
import { checkText, RefusedMembers } from '../rendering/rejected-members.js'
import { loadTemplate, renderMembers } from '../rendering/render-members.js'

/** What HAProxy is to run, and who is left out of it. */
export interface Rendering {
  readonly model: ProxyModel
  readonly rendered: Rendered
  readonly members: readonly PoolMember[]
  readonly quarantined: readonly Quarantined[]
}

/** What one configuration makes of members. */
export interface Renderer {
  readonly configuration: Configuration
  readonly rules: Rules
  /** @throws RenderError where the template is at fault. */
  render(members: readonly PoolMember[], incumbents: ReadonlySet<string>): Rendering
  /** The rendering without the members whose lines HAProxy refuses; undefined where nobody is to blame. */
  renderRest(rendering: Rendering, signal: AbortSignal): Promise<Rendering | undefined>
  /** Has HAProxy judge a text. */
  readonly check: Check
}

/** A renderer, and a HAProxy to apply its renderings to. */
export interface Pipeline extends Renderer, AsyncDisposable {
  readonly runtime: Runtime
  readonly master: Master | undefined
  readonly reloader: Reloader
  /**
   * Applies it; where HAProxy refuses some members' lines, without these.
   *
   * @param options - `isWanted` is asked before anything more is sent
   */
  apply(
    rendering: Rendering,
    options: { cause: string; isWanted: () => boolean; signal: AbortSignal },
  ): Promise<{ outcome: Outcome; rendering: Rendering }>
}

/** What a pipeline works on; each has the real thing as its default. */
export interface Sinks {
  readonly runtime?: Runtime
  readonly master?: Master
  readonly reloader?: Reloader
  /** Has HAProxy judge a text, to find the member whose lines it refuses. */
  readonly check?: Check
}

/**
 * Makes a renderer: reads the template and the own policy, and nothing else.
 *
 * @throws AgentError `configuration`, RenderError where the template is wrong.
 */
export async function openRenderer(
  configuration: Configuration,
  { check = checkText(configuration.haproxy.binary) }: Sinks = {},
): Promise<Renderer> {
  const { policy, failedGraceMs, guard, damping } = configuration
  const template = loadTemplate(configuration)
  const ownPolicy = policy === undefined ? undefined : await loadOwnPolicy(policy)
  const refused = new RefusedMembers(template, check)
  return {
    configuration,
    rules: { failedGraceMs, guard, damping, ...(ownPolicy && { ownPolicy }) },
    check,
    render(everybody, incumbents) {
      const { members, quarantined } = refused.withoutRefused(everybody)
      const made = renderMembers(members, configuration, template, incumbents)
      return { ...made, members, quarantined: [...made.quarantined, ...quarantined] }
    },
    async renderRest(rendering, signal) {
      const rest = await refused.renderRest(rendering, rendering.members, { signal })
      if (!rest) return undefined
      const quarantined = [...rendering.quarantined, ...rest.quarantined]
      return { ...rendering, rendered: rest.rendered, quarantined }
    },
  }
}

/** Makes a pipeline. Nothing is connected yet. Throws as {@link openRenderer} does. */
export async function openPipeline(
  configuration: Configuration,
  generationsFolder: string | undefined,
  sinks: Sinks = {},
): Promise<Pipeline> {
  const renderer = await openRenderer(configuration, sinks)
  const { runtimeSocket, masterSocket } = configuration.haproxy
  const runtime = sinks.runtime ?? connectRuntime({ socket: runtimeSocket })
  const ownMaster = masterSocket === undefined ? undefined : connectMaster({ socket: masterSocket })
  const reloader = sinks.reloader ?? reloaderFor(configuration, runtime, generationsFolder)
  return {
    ...renderer,
    runtime,
    master: sinks.master ?? ownMaster,
    reloader,
    async apply(rendering, { cause, isWanted, signal }) {
      const outcome = await reloader.apply(rendering.rendered, { cause })
      if (outcome.kind !== 'rejected') return { outcome, rendering }
      const rest = await renderer.renderRest(rendering, signal)
      if (!rest || !isWanted()) return { outcome, rendering }
      return { outcome: await reloader.apply(rest.rendered, { cause }), rendering: rest }
    },
    async [Symbol.asyncDispose]() {
      // One that was given is its giver's to close.
      if (!sinks.reloader) await reloader.close()
    },
  }
}

function reloaderFor(
  { haproxy, generations }: Configuration,
  runtime: Runtime,
  folder: string | undefined,
): Reloader {
  return createReloader({
    file: haproxy.configFile,
    runtime,
    reload: reloadMethod(haproxy),
    check: (file, options) => checkConfiguration(file, { binary: haproxy.binary, ...options }),
    drainDeadlineMs: haproxy.drainDeadlineMs,
    ...(folder !== undefined && { generations: { folder, keep: generations } }),
  })
}

function reloadMethod({ masterSocket, reload }: Configuration['haproxy']): ReloadMethod {
  if (reload && 's6Service' in reload) return s6Reload({ service: reload.s6Service })
  if (reload) return signalReload({ pidFile: reload.pidFile })
  // The schema wants one or the other.
  return masterReload({ socket: masterSocket ?? '' })
}
