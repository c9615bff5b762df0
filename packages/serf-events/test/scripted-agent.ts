import type { Member } from 'node-serf-client'
import { startFakeAgent, type FakeAgent, type FakeAgentOptions } from 'node-serf-client/fake-agent'
import type { Tidy } from 'real-components'

/** A fake agent whose members all look alike, but for their names. */
export interface ScriptedAgent extends FakeAgent {
  /** The commands that it was sent. */
  readonly commands: string[]
  /** The names of its members, as `members` tells them. */
  names: readonly string[]
  /** How often `members` was read. */
  reads(): number
  /** Sends a membership event to whoever streams. */
  event(): void
}

/** A member as the scripted agent tells it. */
export function member(name: string, facts: Partial<Member> = {}): Member {
  return { name, address: '127.0.0.1', port: 7946, status: 'alive', tags: {}, ...facts }
}

/** Starts an agent that follows the test's word, and goes with the test. */
export async function scriptedAgent(
  t: Tidy,
  names: readonly string[],
  options: FakeAgentOptions = {},
): Promise<ScriptedAgent> {
  const agent = await startFakeAgent(options)
  t.teardown(() => agent.close())
  const commands = () => agent.requests.map(({ command }) => command)
  const setNames = (list: readonly string[]) => agent.setMembers(list.map(name => member(name)))
  setNames(names)
  // Copied with its getters.
  const scripted = Object.defineProperties({}, Object.getOwnPropertyDescriptors(agent))
  return Object.defineProperties(scripted, {
    commands: { get: commands },
    names: { set: setNames },
    reads: { value: () => commands().filter(command => command === 'members').length },
    event: { value: () => agent.emit('member-update', []) },
  }) as ScriptedAgent
}
