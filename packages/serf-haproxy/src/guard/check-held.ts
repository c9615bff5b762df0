import { createRuntimeClient } from 'haproxy-runtime'
import { noMemory, type Memory } from '../decision/member-memory.js'
import { allRunningServers } from '../haproxy/running-servers.js'
import { heldChange, type HeldChange } from './held-change.js'
import type { JudgedConfiguration } from './judged-configuration.js'
import type { StartFacts } from './own-changes.js'
import { servingAtStart } from './serving-at-start.js'

/**
 * Judges a configuration file as an agent would that starts with it: by the
 * servers that HAProxy runs or, if it does not answer, by those that the last
 * agent remembered. Changes nothing.
 */
export async function checkHeld(
  judged: JudgedConfiguration,
  start: StartFacts,
  memory: Memory = noMemory,
): Promise<HeldChange | undefined> {
  const { configuration } = judged
  const runtime = createRuntimeClient({ socket: configuration.haproxy.runtimeSocket })
  const { signal } = new AbortController()
  const servers = await allRunningServers({ runtime }, signal)
  const before = servingAtStart(servers, memory, start)
  return heldChange(before, judged, configuration.guard)
}
