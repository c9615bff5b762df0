import type { Rendered } from 'haproxy-config-render'
import { watchMembership } from 'serf-events'
import { admitMembers } from '../admit-members.js'
import { AgentError } from '../agent-error.js'
import type { Configuration } from '../configuration.js'
import { serfOptions } from '../create-agent.js'
import { loadTemplate, renderMembers } from '../render-members.js'
import type { ConfigFlag } from './configured-command.js'

/** What `render` and `check` are given. */
export interface RenderFlags extends ConfigFlag {
  readonly members: boolean
}

/**
 * The configuration for the members of this moment.
 *
 * @throws AgentError `no-membership` where the Serf agent does not answer.
 */
export async function renderNow(
  configuration: Configuration,
  { members }: RenderFlags,
): Promise<Rendered> {
  const present = members ? await membersNow(configuration) : []
  return renderMembers(present, configuration, loadTemplate(configuration)).rendered
}

async function membersNow(configuration: Configuration) {
  for await (const { connected, error, members } of watchMembership(serfOptions(configuration))) {
    if (!connected) {
      const message = `the members are not known: ${error?.message}; --no-members does without them`
      throw new AgentError('no-membership', message, { cause: error })
    }
    const nobody = { serving: new Map(), failedSince: new Map(), failedGraceMs: 0, now: 0 }
    return admitMembers(members.values(), nobody).admitted
  }
  return []
}
