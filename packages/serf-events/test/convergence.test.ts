import { setImmediate } from 'node:timers/promises'
import * as fc from 'fast-check'
import type { Member } from 'node-serf-client'
import { startFakeAgent, type FakeAgent } from 'node-serf-client/fake-agent'
import { until } from 'real-components'
import t from 'tap'
import {
  diffMembership,
  isUnchanged,
  watchMembership,
  type Membership,
  type MembershipChange,
} from '../src/index.js'
import { member } from './fake-serf-agent.js'

/** Reports of one change that reach the watcher, and other events at that time. */
type Delivery = 'lost' | 'logged' | 'streamed' | 'twice' | 'misnamed' | 'reconnect' | 'refresh'

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
  delivery: fc.constantFrom<Delivery>(
    'lost',
    'logged',
    'logged',
    'streamed',
    'twice',
    'misnamed',
    'reconnect',
    'refresh',
  ),
})

const quick = { quietMs: 0, maxWaitMs: 0 }

const refreshRequests = new EventTarget()

function report(agent: FakeAgent, { name, next, delivery }: Step): void {
  const isLogged = delivery === 'logged' || delivery === 'twice'
  if (isLogged) agent.log(`[INFO] serf: EventMember${next ? 'Update' : 'Reap'}: ${name}`)
  if (delivery === 'misnamed') agent.log(`[INFO] serf: EventMemberUpdate: not ${name}`)
  if (delivery === 'twice' || delivery === 'streamed')
    agent.emit(next ? 'member-update' : 'member-reap', [member(name, next)])
  if (delivery === 'reconnect') agent.disconnect()
  if (delivery === 'refresh') refreshRequests.dispatchEvent(new Event('refresh'))
}

/** Snapshot, and a copy of its members from the time when it was yielded. */
interface Yielded {
  readonly snapshot: Membership
  readonly copy: ReadonlyMap<string, Member>
}

t.test(
  'after any order, duplication or loss of reports the membership is that of one read',
  async t => {
    await using agent = await startFakeAgent()
    const stop = new AbortController()
    t.teardown(() => stop.abort())
    const yielded: Yielded[] = []
    const watching = (async () => {
      const { signal } = stop
      const options = { port: agent.port, resyncMs: 5, ...quick, refreshRequests, signal }
      for await (const snapshot of watchMembership(options))
        yielded.push({ snapshot, copy: new Map(snapshot.members) })
    })()
    await until('the first snapshot', () => yielded.length === 1)
    const histories = fc.array(step, { minLength: 1, maxLength: 12 })
    const order = fc.record({ turn: fc.nat(11), isMixed: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(histories, order, async (steps, { turn, isMixed }) => {
        const members = new Map<string, Member>()
        // Reported late, and in another order.
        const reported = [
          ...steps.slice(turn % steps.length),
          ...steps.slice(0, turn % steps.length),
        ]
        for (const [i, { name, next }] of steps.entries()) {
          if (next) members.set(name, member(name, next))
          else members.delete(name)
          agent.setMembers([...members.values()])
          if (!isMixed) continue
          report(agent, reported[i] ?? { name, next, delivery: 'lost' })
          await setImmediate()
        }
        if (!isMixed) for (const each of reported) report(agent, each)
        await until('the watch to have the current members', () => {
          const { snapshot } = newest(yielded)
          // Ends the delay before the next connection.
          if (!snapshot.connected) refreshRequests.dispatchEvent(new Event('refresh'))
          return sameMembers(snapshot.members, members)
        })
        return isUnchanged(diffMembership(newest(yielded).snapshot, { members }))
      }),
      { numRuns: 60 },
    )
    stop.abort()
    await watching
    const changed = yielded.filter(({ snapshot, copy }) => !sameMembers(snapshot.members, copy))
    t.equal(changed.length, 0, 'each snapshot stays as it was')
    const steps = [1, 2, 7].flatMap(distance =>
      yielded.slice(distance).map((after, i) => [yielded[i], after] as const),
    )
    const wrong = steps.filter(([before, after]) => before && !hasSameDifference(before, after))
    t.equal(wrong.length, 0, 'the difference of two snapshots is that of their members')
  },
)

function hasSameDifference(before: Yielded, after: Yielded): boolean {
  const fast = diffMembership(
    { members: before.snapshot.members },
    { members: after.snapshot.members },
  )
  const slow = diffMembership({ members: before.copy }, { members: after.copy })
  return sortedNames(fast) === sortedNames(slow)
}

function sortedNames(change: MembershipChange): string {
  const lists = Object.values(change) as (readonly Member[])[]
  return JSON.stringify(lists.map(list => list.map(({ name }) => name).toSorted()))
}

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

function newest(yielded: readonly Yielded[]): Yielded {
  const last = yielded.at(-1)
  if (!last) throw new Error('Expected a snapshot, got none')
  return last
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
