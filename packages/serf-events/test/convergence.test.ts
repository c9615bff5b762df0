import * as fc from 'fast-check'
import type { Member } from 'node-serf-client'
import { startFakeAgent, type FakeAgent } from 'node-serf-client/fake-agent'
import { until } from 'real-components'
import t from 'tap'
import { diffMembership, isUnchanged, watchMembership, type Membership } from '../src/index.js'
import { member } from './fake-serf-agent.js'

/** Channels through which the watcher learns of one change. */
type Delivery = 'lost' | 'logged' | 'streamed' | 'twice'

interface Step {
  readonly name: string
  /** New facts of the member; undefined if it is reaped. */
  readonly next: Pick<Member, 'status' | 'address' | 'tags'> | undefined
  readonly delivery: Delivery
}

const step: fc.Arbitrary<Step> = fc.record({
  name: fc.constantFrom('s1', 's2', 's3', 's\n4'),
  next: fc.option(
    fc.record({
      status: fc.constantFrom('alive', 'leaving', 'left', 'failed'),
      address: fc.constantFrom('10.0.0.1', '10.0.0.2'),
      tags: fc.dictionary(fc.constantFrom('role', 'port'), fc.string({ maxLength: 3 })),
    }),
    { nil: undefined },
  ),
  delivery: fc.constantFrom<Delivery>('lost', 'logged', 'streamed', 'twice'),
})

const quick = { quietMs: 0, maxWaitMs: 0 }

async function report(agent: FakeAgent, { name, delivery }: Step): Promise<void> {
  const isLogged = delivery === 'logged' || delivery === 'twice'
  if (isLogged) agent.log(`[INFO] serf: EventMemberUpdate: ${name}`)
  if (delivery === 'twice' || delivery === 'streamed') agent.emit('member-update', [member(name)])
}

t.test('after any order, duplication or loss of events the next resync is correct', async t => {
  await using agent = await startFakeAgent()
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const snapshots: Membership[] = []
  const watching = (async () => {
    const options = { port: agent.port, resyncMs: 5, ...quick, signal: stop.signal }
    for await (const snapshot of watchMembership(options)) snapshots.push(snapshot)
  })()
  await until('the first snapshot', () => snapshots.length === 1)
  const histories = fc.array(step, { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(histories, fc.integer({ min: 0, max: 11 }), async (steps, turn) => {
      const members = new Map<string, Member>()
      for (const { name, next } of steps) {
        if (next) members.set(name, member(name, next))
        else members.delete(name)
        agent.setMembers([...members.values()])
      }
      // Reported late, and in another order.
      const reported = [...steps.slice(turn % steps.length), ...steps.slice(0, turn % steps.length)]
      for (const each of reported) await report(agent, each)
      await until('the watch to have the current members', () =>
        isUnchanged(diffMembership(newest(snapshots), { members })),
      )
      return sameMembers(present(newest(snapshots).members), present(members))
    }),
    { numRuns: 60 },
  )
  stop.abort()
  await watching
})

t.test('a flap back to the previous state is no change', async () => {
  const state = fc.array(step, { maxLength: 6 })
  fc.assert(
    fc.property(state, state, (before, flap) => {
      const members = new Map<string, Member>()
      const apply = (steps: readonly Step[]) => {
        for (const { name, next } of steps) {
          if (next) members.set(name, member(name, next))
          else members.delete(name)
        }
      }
      apply(before)
      const first = { members: new Map(members) }
      apply(flap)
      // Back again, in another order and as new objects.
      const back = [...first.members]
        .toReversed()
        .map(([name, each]) => [name, { ...each }] as const)
      return isUnchanged(diffMembership(first, { members: new Map(back) }))
    }),
  )
})

t.test('a difference lists each changed member once, and no unchanged member', async () => {
  const someMembers = fc
    .array(step, { maxLength: 6 })
    .map(
      steps =>
        new Map(
          steps.flatMap(({ name, next }) => (next ? [[name, member(name, next)] as const] : [])),
        ),
    )
  fc.assert(
    fc.property(someMembers, someMembers, (before, after) => {
      const change = diffMembership({ members: before }, { members: after })
      const named = Object.values(change).flatMap((list: readonly Member[]) =>
        list.map(({ name }) => name),
      )
      const isOnce = new Set(named).size === named.length
      const isSame = sameMembers(before, after)
      return isOnce && (!isSame || named.length === 0)
    }),
  )
})

function newest(snapshots: readonly Membership[]): Pick<Membership, 'members'> {
  return snapshots.at(-1) ?? { members: new Map() }
}

/** Removes members that left: a member that left equals one that is unknown. */
function present(members: ReadonlyMap<string, Member>): ReadonlyMap<string, Member> {
  return new Map([...members].filter(([, { status }]) => status !== 'left'))
}

function sameMembers(a: ReadonlyMap<string, Member>, b: ReadonlyMap<string, Member>): boolean {
  return plain(a) === plain(b)
}

function plain(members: ReadonlyMap<string, Member>): string {
  const facts = [...members.values()].map(({ name, address, status, tags }) => {
    const pairs = Object.entries(tags).map(pair => JSON.stringify(pair))
    return JSON.stringify([name, address, status, pairs.toSorted()])
  })
  return facts.toSorted().join('\n')
}
