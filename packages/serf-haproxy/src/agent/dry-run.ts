import { watchMembership } from 'serf-events'
import { AgentLoop } from './agent-loop.js'
import { AgentRecord } from '../reporting/agent-record.js'
import { systemClock } from '../clock.js'
import type { Configuration } from '../configuration/schema.js'
import { openPipeline, type Pipeline } from './pipeline.js'
import { recorder, type RecordLine } from '../recording/recording.js'
import { serfOptions } from './serf-options.js'
import { WakeUp } from '../wake-up.js'

/**
 * Decides as an agent would, and changes nothing: Serf and HAProxy are only
 * read. It can run beside an agent.
 */
export async function recordMembership(
  configuration: Configuration,
  onLine: (line: RecordLine) => void,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const record = new AgentRecord(systemClock, () => {})
  const folder = {
    generations: '',
    load: () => ({ memory: undefined, frozen: undefined }),
    save: () => {},
    settled: async () => {},
  }
  const onRound = recorder(onLine)
  const loop = new AgentLoop({ clock: systemClock, record, folder, memory: undefined, onRound })
  // Whose reloader is never asked for anything opens no folder either.
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

/** A pipeline that takes every rendering, and applies none. */
function readOnly(pipeline: Pipeline): Pipeline {
  const plan = { kind: 'noop' as const, reason: 'nothing is applied', operations: [], draining: [] }
  return {
    ...pipeline,
    apply: async rendering => ({ outcome: { kind: 'unchanged', plan }, rendering }),
  }
}
