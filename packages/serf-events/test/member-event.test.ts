import type { Member } from 'node-serf-client'
import t from 'tap'
import { notifyOfEvent, type MemberEvent } from '../src/member-event.js'
import { member } from './fake-serf-agent.js'

/** Returns the notices of an event: a name, a name with `!` that may be gone, or `?` for a doubt. */
function noticesOf(
  event: MemberEvent['event'],
  members: readonly Member[],
  known: readonly Member[],
) {
  const notices: string[] = []
  const changes = {
    notify: (_cause: unknown, name: string, isGone = false) =>
      void notices.push(isGone ? `${name}!` : name),
    doubt: () => void notices.push('?'),
  }
  notifyOfEvent({ event, members }, new Map(known.map(each => [each.name, each])), changes)
  return notices
}

const cases = [
  ['member-join', 'alive'],
  ['member-leave', 'left'],
  ['member-failed', 'failed'],
  ['member-update', 'leaving'],
] as const

for (const [event, status] of cases) {
  t.test(`a ${event} of known facts is no notice, and any other is`, async t => {
    const known = member('s1', { status })
    t.same(noticesOf(event, [member('s1')], [known]), [], 'the status in the event is not read')
    t.same(noticesOf(event, [member('s1', { port: 1 })], [known]), ['s1'])
    t.same(noticesOf(event, [member('s1', { tags: { a: 'b' } })], [known]), ['s1'])
    t.same(noticesOf(event, [member('s1'), member('s2')], [known]), ['s2'], 'an unknown member')
    if (event !== 'member-update')
      t.same(noticesOf(event, [member('s1')], [member('s1', { status: 'none' })]), ['s1'])
  })
}

t.test('a reap of a known member may mean that it is gone', async t => {
  t.same(noticesOf('member-reap', [member('s1'), member('s2')], [member('s1')]), ['s1!'])
})

t.test('an event without members is a doubt', async t => {
  t.same(noticesOf('member-update', [], []), ['?'])
})
