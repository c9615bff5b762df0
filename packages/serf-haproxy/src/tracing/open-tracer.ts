import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AgentError } from '../agent-error.js'
import type { Clock } from '../clock.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import { version } from '../version.js'
import { OpenTelemetrySink, type OpenTelemetry } from './open-telemetry-sink.js'
import { RoundRecorder, type SpanSink } from './round-recorder.js'
import { noTracer, type RoundTracer } from './round-tracer.js'

/** Global symbol below which all copies of `@opentelemetry/api` 1.x keep the registered providers. */
const registry = Symbol.for('opentelemetry.js.api.1')

/** Folders from which `@opentelemetry/api` is looked up: of this package, and of the process. */
const places = () => [dirname(fileURLToPath(import.meta.url)), process.cwd()]

/**
 * Creates a tracer for the tracer provider that the program registered with
 * OpenTelemetry. Without one nothing is loaded, and the tracer does nothing.
 *
 * @param journal - gets the reason why there are no traces, once
 * @param folders - folders from which `@opentelemetry/api` is looked up
 */
export function openTracer(
  clock: Clock,
  journal: Pick<AgentJournal, 'dispatch'>,
  folders: readonly string[] = places(),
): RoundTracer {
  if (!hasTracerProvider()) return noTracer
  const onError = ({ code, message }: AgentError) => {
    const event = { kind: 'error', code, error: message, text: message } as const
    journal.dispatch({ kind: 'event', event })
  }
  try {
    const sink = new OpenTelemetrySink(loadApi(folders), version)
    return new RoundRecorder(clock, unlessItFails(sink, onError))
  } catch (error) {
    const remedy = 'install it next to serf-haproxy, or start the agent in a folder that has it'
    const message = `Cannot load @opentelemetry/api 1.9 or later from ${folders.join(' or ')}, so there are no traces: ${messageOf(error)}; ${remedy}`
    onError(new AgentError('tracing', message, { cause: error }))
    return noTracer
  }
}

function hasTracerProvider(): boolean {
  const { [registry]: registered } = globalThis as { [registry]?: { readonly trace?: unknown } }
  return registered?.trace !== undefined
}

function loadApi(folders: readonly string[]): OpenTelemetry {
  const load = createRequire(import.meta.url)
  return load(load.resolve('@opentelemetry/api', { paths: [...folders] })) as OpenTelemetry
}

/** Returns a sink that writes nothing any more after its first error: traces must not stop a round. */
function unlessItFails<Ref>(
  sink: SpanSink<Ref>,
  onError: (error: AgentError) => void,
): SpanSink<Ref | undefined> {
  let hasFailed = false
  return {
    write(span, { parent, links, offsetMs }) {
      if (hasFailed) return undefined
      try {
        const known = links.filter(link => link !== undefined)
        return sink.write(span, { parent, links: known, offsetMs })
      } catch (error) {
        hasFailed = true
        const message = `OpenTelemetry failed, so there are no traces until the next start: ${messageOf(error)}; see the setup of its SDK`
        onError(new AgentError('tracing', message, { cause: error }))
        return undefined
      }
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n', 1).join() : String(error)
}
