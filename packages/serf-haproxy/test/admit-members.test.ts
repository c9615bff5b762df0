import t from 'tap'
import { admitMembers, updateFailedSince, type Witnesses } from '../src/admit-members.js'

type Member = Parameters<typeof admitMembers>[0] extends Iterable<infer M> ? M : never

const member = (name: string, status: Member['status']): Member => ({
  name,
  status,
  address: '127.0.0.1',
  port: 7946,
  tags: { role: 'backend' },
})

const witnesses = (facts: Partial<Witnesses> = {}): Witnesses => ({
  serving: new Map(),
  failedSince: new Map(),
  failedGraceMs: 60_000,
  now: 1_000_000,
  ...facts,
})

const up = new Map([['s1', { health: 'up' as const }]])
const down = new Map([['s1', { health: 'down' as const }]])
const names = (members: readonly { name: string }[]) => members.map(({ name }) => name)

t.test('an alive member is admitted, whatever HAProxy thinks of it', async t => {
  t.same(names(admitMembers([member('s1', 'alive')], witnesses({ serving: down })).admitted), [
    's1',
  ])
})

t.test('members that left, or that nobody knows the state of, are out', async t => {
  const members = [member('s1', 'left'), member('s2', 'none')]
  t.same(admitMembers(members, witnesses({ serving: up })).admitted, [])
})

t.test('a leaving member drains where it serves, and is never added where it does not', async t => {
  const [drained] = admitMembers([member('s1', 'leaving')], witnesses({ serving: up })).admitted
  t.match(drained, { name: 's1', draining: true })
  t.same(admitMembers([member('s1', 'leaving')], witnesses()).admitted, [])
  const down = new Map([['s1', { health: 'down' as const }]])
  const gone = admitMembers([member('s1', 'leaving')], witnesses({ serving: down })).admitted
  t.same(gone, [], 'nor kept once HAProxy finds it down: Serf may learn it much later')
})

t.test('a failed member that HAProxy finds healthy is kept, and named', async t => {
  const { admitted, keptByHealth } = admitMembers(
    [member('s1', 'failed')],
    witnesses({ serving: up }),
  )
  t.same(names(admitted), ['s1'])
  t.same(keptByHealth, ['s1'])
})

t.test('a failed member is out when HAProxy finds it down too', async t => {
  t.same(admitMembers([member('s1', 'failed')], witnesses({ serving: down })).admitted, [])
})

t.test(
  'a failed member that HAProxy never had is not added: old failures stay in Serf for a day',
  async t => {
    t.same(admitMembers([member('s1', 'failed')], witnesses()).admitted, [])
  },
)

t.test('a failed member is out when its grace time ends, and not a millisecond before', async t => {
  const failedSince = new Map([['s1', 1000]])
  const at = (now: number) =>
    admitMembers([member('s1', 'failed')], witnesses({ serving: up, failedSince, now })).admitted
      .length
  t.equal(at(60_999), 1)
  t.equal(at(61_000), 0)
})

t.test(
  'the time of failing is kept from snapshot to snapshot, and forgotten on recovery',
  async t => {
    const first = updateFailedSince(new Map(), [member('s1', 'failed'), member('s2', 'alive')], 100)
    t.same([...first], [['s1', 100]])
    t.same([...updateFailedSince(first, [member('s1', 'failed')], 900)], [['s1', 100]])
    t.same([...updateFailedSince(first, [member('s1', 'alive')], 900)], [])
  },
)
