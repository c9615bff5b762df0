import type { PoolMember } from 'haproxy-config-render'
import { AgentError } from '../agent-error.js'
import type { Configuration } from '../configuration/schema.js'
import { openRenderer, type Renderer } from '../rendering/renderer.js'
import type { PipelineDeps } from './pipeline.js'
import { serfOptions } from './serf-options.js'

/** Settings that a running agent cannot change. */
const fixed = [
  ['stateFolder', (c: Configuration) => c.stateFolder],
  ['haproxy.configFile', (c: Configuration) => c.haproxy.configFile],
  ['listen', (c: Configuration) => JSON.stringify(c.listen)],
] as const

/**
 * Validates a configuration without applying it: reads its files, and has HAProxy
 * check the rendering of the current members. Resolves with its renderer.
 *
 * @throws AgentError `configuration` or RenderError if it cannot be used.
 */
export async function validateConfiguration(
  before: Configuration,
  next: Configuration,
  members: ReadonlyMap<string, PoolMember>,
  deps: PipelineDeps,
): Promise<Renderer> {
  const changed = fixed.filter(([, of]) => of(before) !== of(next)).map(([name]) => name)
  if (changed.length > 0) {
    const message = `${changed.join(', ')}: changed; expected the same values until a restart of the agent`
    throw new AgentError('configuration', message)
  }
  serfOptions(next)
  const renderer = await openRenderer(next, deps)
  const rendering = renderer.render(members, new Map())
  const checked = await renderer.validate(rendering)
  if (checked.kind === 'accepted') return renderer
  const rest = await renderer.renderAccepted(rendering, new AbortController().signal)
  if (rest.kind === 'accepted') return renderer
  throw new AgentError('configuration', `HAProxy rejects its rendering: ${checked.report}`)
}
