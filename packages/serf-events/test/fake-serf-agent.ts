import type { Member } from 'node-serf-client'
import { startFakeAgent, type FakeAgent, type FakeAgentOptions } from 'node-serf-client/fake-agent'
import type { Tidy } from 'real-components'

/** A fake Serf agent whose members differ in their names only. */
export interface FakeSerfAgent extends FakeAgent {
  /** Commands that it received. */
  readonly commands: string[]
  /** Names of the members in its `members` replies. */
  names: readonly string[]
  /** Returns the number of whole reads. */
  reads(): number
  /** Returns the expressions of the reads by name. */
  namedReads(): string[]
  /** Sends a membership event to all streams. */
  event(): void
}

/** Returns a member of a fake agent. */
export function member(name: string, facts: Partial<Member> = {}): Member {
  return { name, address: '127.0.0.1', port: 7946, status: 'alive', tags: {}, ...facts }
}

/** Starts a fake Serf agent with these members; it ends with the test. */
export async function startFakeSerfAgent(
  t: Tidy,
  names: readonly string[],
  options: FakeAgentOptions = {},
): Promise<FakeSerfAgent> {
  const agent = await startFakeAgent(options)
  t.teardown(() => agent.close())
  const commands = () => agent.requests.map(({ command }) => command)
  const setNames = (list: readonly string[]) => agent.setMembers(list.map(name => member(name)))
  setNames(names)
  // Copies the getters too.
  const extended = Object.defineProperties({}, Object.getOwnPropertyDescriptors(agent))
  return Object.defineProperties(extended, {
    commands: { get: commands },
    names: { set: setNames },
    reads: { value: () => commands().filter(command => command === 'members').length },
    namedReads: {
      value: () =>
        agent.requests.flatMap(({ command, body }) =>
          command === 'members-filtered' ? [String(Object(body)['Name'])] : [],
        ),
    },
    event: { value: () => agent.emit('member-update', []) },
  }) as FakeSerfAgent
}
