import { watchMembership } from 'serf-events'
import { systemClock } from '../clock.js'
import type { Configuration } from '../configuration/schema.js'
import { recorder, type RecordLine } from '../recording/recording.js'
import { AgentJournal } from '../reporting/agent-journal.js'
import { noTracer } from '../tracing/round-tracer.js'
import { WakeUp } from '../wake-up.js'
import { AgentLoop } from './agent-loop.js'
import { openPipeline, type Pipeline } from './pipeline.js'
import { serfOptions } from './serf-options.js'

/**
 * Decides as an agent would, and changes nothing: reads from Serf and HAProxy
 * only. It can run at the same time as an agent.
 */
export async function recordMembership(
  configuration: Configuration,
  onLine: (line: RecordLine) => void,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const loop = new AgentLoop({
    clock: systemClock,
    journal: new AgentJournal(systemClock, () => {}),
    folder: { save: () => {} },
    memory: undefined,
    onRound: recorder(onLine),
    tracer: noTracer,
  })
  // Its reloader is never used, so it opens no folder.
  await using pipeline = await openPipeline(configuration, undefined)
  const wakeUp = new WakeUp()
  const listen = async () => {
    const options = { ...serfOptions(configuration), signal }
    for await (const snapshot of watchMembership(options)) {
      loop.onMembership(snapshot)
      wakeUp.wake()
    }
  }
  await Promise.all([listen(), loop.follow(readOnly(pipeline), wakeUp, signal)])
}

/** Returns a pipeline that accepts every rendering, and applies none. */
function readOnly(pipeline: Pipeline): Pipeline {
  const plan = { kind: 'noop' as const, reason: 'nothing is applied', operations: [], draining: [] }
  return {
    ...pipeline,
    apply: async rendering => ({ outcome: { kind: 'unchanged', plan }, rendering }),
  }
}
