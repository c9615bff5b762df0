import type { Check } from 'haproxy-config-render'
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
import { fileOwnership } from '../configuration/file-ownership.js'
import type { Configuration } from '../configuration/schema.js'
import { probeHaproxy } from '../probe/probe-haproxy.js'
import { openRenderer, type Renderer } from '../rendering/renderer.js'
import type { Rendering } from '../rendering/rendering.js'
import type { OnReport } from '../tracing/round-tracer.js'

/** A renderer, and the HAProxy that its renderings are applied to. */
export interface Pipeline extends Renderer, AsyncDisposable {
  readonly runtime: RuntimeClient
  readonly master: MasterClient | undefined
  readonly reloader: Reloader
  /**
   * Applies a rendering. If HAProxy rejects the lines of some members, applies it
   * without these members.
   *
   * @param options - `isWanted` is called before the second attempt, with what is left;
   * `onReport` receives the reloader's reports
   */
  apply(
    rendering: Rendering,
    options: {
      cause: string
      isWanted: (rest: Rendering) => boolean
      signal: AbortSignal
      onReport?: OnReport | undefined
    },
  ): Promise<{ outcome: Outcome; rendering: Rendering }>
}

/** Dependencies of a pipeline; each defaults to the real one. */
export interface PipelineDeps {
  /** Client for the stats socket. @defaultValue one for the configured socket */
  readonly runtime?: RuntimeClient
  /** Client for the master socket. @defaultValue one for the configured socket */
  readonly master?: MasterClient
  /** Reloader that applies configurations. @defaultValue one for the configured HAProxy */
  readonly reloader?: Reloader
  /**
   * Validates a configuration with HAProxy, to find the members whose lines it rejects.
   *
   * @defaultValue `haproxy -c`
   */
  readonly check?: Check
  /** The renderer of the configuration. @defaultValue one for the configuration */
  readonly renderer?: Renderer
}

/** Creates a pipeline without connecting to HAProxy. Throws the errors of {@link openRenderer}. */
export async function openPipeline(
  configuration: Configuration,
  generationsFolder: string | undefined,
  deps: PipelineDeps = {},
): Promise<Pipeline> {
  const renderer = deps.renderer ?? (await openRenderer(configuration, deps))
  const { runtimeSocket, masterSocket } = configuration.haproxy
  const runtime = deps.runtime ?? createRuntimeClient({ socket: runtimeSocket })
  const ownMaster =
    masterSocket === undefined ? undefined : createMasterClient({ socket: masterSocket })
  const reloader = deps.reloader ?? reloaderFor(configuration, runtime, generationsFolder)
  return {
    ...renderer,
    runtime,
    master: deps.master ?? ownMaster,
    reloader,
    async apply(rendering, { cause, isWanted, signal, onReport }) {
      const outcome = await reloader.apply(rendering.rendered, { cause, onReport })
      if (outcome.kind !== 'rejected') return { outcome, rendering }
      const rest = await renderer.renderAccepted(rendering, signal)
      if (rest.kind === 'rejected') {
        return { outcome: { ...outcome, report: rest.report ?? outcome.report }, rendering }
      }
      if (!isWanted(rest.rendering)) return { outcome, rendering }
      const { rendered } = rest.rendering
      return {
        outcome: await reloader.apply(rendered, { cause, onReport }),
        rendering: rest.rendering,
      }
    },
    async [Symbol.asyncDispose]() {
      // The caller closes a reloader of its own.
      if (!deps.reloader) await reloader.close()
    },
  }
}

/** Creates the reloader of a configuration. */
export function reloaderFor(
  { haproxy, generations }: Configuration,
  runtime: RuntimeClient,
  folder: string | undefined,
): Reloader {
  const { configFile, binary, check, checkTimeoutMs, probe } = haproxy
  return createReloader({
    configFile,
    fileOwnership: fileOwnership({ haproxy }),
    runtime,
    reload: reloadMethod(haproxy),
    checkSettings: { binary, ...check, timeoutMs: checkTimeoutMs },
    drainDeadlineMs: haproxy.drainDeadlineMs,
    verifyTimeoutMs: haproxy.verifyTimeoutMs,
    reloadIntervalMs: haproxy.reloadIntervalMs,
    maxOldWorkers: haproxy.maxOldWorkers,
    ...(probe && {
      probe: attempt => probeHaproxy(probe, attempt),
      probeTimeoutMs: probe.timeoutMs,
    }),
    ...(folder !== undefined && { generations: { folder, keep: generations } }),
  })
}

function reloadMethod({ masterSocket, reload }: Configuration['haproxy']): ReloadMethod {
  if (reload && 's6Service' in reload) return reloadViaS6({ service: reload.s6Service })
  if (reload) return reloadViaSignal({ pidFile: reload.pidFile })
  // The schema requires one of the two.
  return reloadViaMaster({ socket: masterSocket ?? '' })
}
