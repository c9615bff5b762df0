import type { Check } from 'haproxy-config-render'
import { checkConfiguration } from 'haproxy-config-text'
import {
  createReloader,
  reloadViaMaster,
  reloadViaS6,
  reloadViaSignal,
  type Outcome,
  type Reloader,
  type ReloadMethod,
} from 'haproxy-reloader'
import {
  createMasterClient,
  createRuntimeClient,
  type MasterClient,
  type RuntimeClient,
} from 'haproxy-runtime'
import type { Configuration } from '../configuration/schema.js'
import { openRenderer, type Renderer, type Rendering } from '../rendering/renderer.js'

/** A renderer, and a HAProxy to apply its renderings to. */
export interface Pipeline extends Renderer, AsyncDisposable {
  readonly runtime: RuntimeClient
  readonly master: MasterClient | undefined
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
export interface PipelineDeps {
  readonly runtime?: RuntimeClient
  readonly master?: MasterClient
  readonly reloader?: Reloader
  /** Has HAProxy judge a text, to find the member whose lines it refuses. */
  readonly check?: Check
}

/** Makes a pipeline. Nothing is connected yet. Throws as {@link openRenderer} does. */
export async function openPipeline(
  configuration: Configuration,
  generationsFolder: string | undefined,
  sinks: PipelineDeps = {},
): Promise<Pipeline> {
  const renderer = await openRenderer(configuration, sinks)
  const { runtimeSocket, masterSocket } = configuration.haproxy
  const runtime = sinks.runtime ?? createRuntimeClient({ socket: runtimeSocket })
  const ownMaster =
    masterSocket === undefined ? undefined : createMasterClient({ socket: masterSocket })
  const reloader = sinks.reloader ?? reloaderFor(configuration, runtime, generationsFolder)
  return {
    ...renderer,
    runtime,
    master: sinks.master ?? ownMaster,
    reloader,
    async apply(rendering, { cause, isWanted, signal }) {
      const outcome = await reloader.apply(rendering.rendered, { cause })
      if (outcome.kind !== 'rejected') return { outcome, rendering }
      const rest = await renderer.renderAccepted(rendering, signal)
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
  runtime: RuntimeClient,
  folder: string | undefined,
): Reloader {
  const { binary, configFile } = haproxy
  return createReloader({
    configFile,
    runtime,
    reload: reloadMethod(haproxy),
    check: (text, options) => checkConfiguration(text, { binary, configFile, ...options }),
    drainDeadlineMs: haproxy.drainDeadlineMs,
    ...(folder !== undefined && { generations: { folder, keep: generations } }),
  })
}

function reloadMethod({ masterSocket, reload }: Configuration['haproxy']): ReloadMethod {
  if (reload && 's6Service' in reload) return reloadViaS6({ service: reload.s6Service })
  if (reload) return reloadViaSignal({ pidFile: reload.pidFile })
  // The schema wants one or the other.
  return reloadViaMaster({ socket: masterSocket ?? '' })
}
