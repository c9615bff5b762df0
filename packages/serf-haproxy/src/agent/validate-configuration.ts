import type { PoolMember } from 'haproxy-config-render'
import { AgentError } from '../agent-error.js'
import type { Configuration } from '../configuration/schema.js'
import { openRenderer } from '../rendering/renderer.js'
import type { PipelineDeps } from './pipeline.js'
import { serfOptions } from './serf-options.js'

/** What a running agent cannot change: others find it, or its files, there. */
const fixed = [
  ['stateFolder', (c: Configuration) => c.stateFolder],
  ['haproxy.configFile', (c: Configuration) => c.haproxy.configFile],
  ['listen', (c: Configuration) => JSON.stringify(c.listen)],
] as const

/**
 * Tries a configuration out without touching anything: the files that it names
 * are read, and HAProxy checks what it makes of the present members.
 *
 * @throws AgentError `configuration`, RenderError: why it cannot be used.
 */
export async function validateConfiguration(
  before: Configuration,
  next: Configuration,
  members: readonly PoolMember[],
  sinks: PipelineDeps,
): Promise<void> {
  const changed = fixed.filter(([, of]) => of(before) !== of(next)).map(([name]) => name)
  if (changed.length > 0) {
    const message = `${changed.join(', ')}: changed; wanted as before, because this takes a restart of the agent`
    throw new AgentError('configuration', message)
  }
  serfOptions(next)
  const renderer = await openRenderer(next, sinks)
  const names = new Set(members.map(({ name }) => name))
  const rendering = renderer.render(members, names)
  const verdict = await renderer.check(rendering.rendered.text, { signal: undefined })
  if (verdict.ok || (await renderer.renderAccepted(rendering, new AbortController().signal))) return
  throw new AgentError('configuration', `HAProxy refuses what it makes: ${verdict.report}`)
}
