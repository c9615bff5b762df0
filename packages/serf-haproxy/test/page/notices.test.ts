import t from 'tap'
import { noticesOf } from '../../src/page/notices.js'
import { emptyPage, type PageState } from '../../src/page/page-state.js'
import type { AgentState } from '../../src/state/agent-state.js'
import { stateWith } from '../sample-state.js'

const live: PageState = { ...emptyPage, connection: 'live' }
const notices = (facts: Partial<AgentState> = {}) => noticesOf({ ...live, agent: stateWith(facts) })

t.test('a healthy agent has no notices', async t => {
  t.same(notices(), [])
  t.same(noticesOf(emptyPage), [])
})

t.test('a lost connection is the first notice', async t => {
  const agent = stateWith({ serf: { address: '', connected: false, error: 'refused' } })
  t.match(noticesOf({ ...live, connection: 'lost', agent }), [
    { id: 'connection', tone: 'bad', title: 'The agent does not answer.' },
    { id: 'serf', tone: 'bad', title: 'The Serf agent is unreachable.', text: 'refused' },
  ])
})

t.test('an unreachable HAProxy has its error', async t => {
  t.match(notices({ haproxy: { reachable: false, error: 'no socket' } }), [
    { id: 'haproxy', title: 'HAProxy is unreachable.', text: 'no socket' },
  ])
})

t.test('a rejected configuration shows the report', async t => {
  const outcome = { kind: 'rejected', report: 'line 3' } as AgentState['outcome'] & object
  t.match(notices({ outcome }), [{ id: 'outcome', tone: 'bad', text: 'line 3' }])
})

t.test('a failed round shows its error', async t => {
  t.match(notices({ fault: { at: 0, error: 'disk full' } }), [
    { id: 'fault', tone: 'bad', text: 'disk full' },
  ])
})

t.test('a failed poll, and each file that the disk refuses, has its notice', async t => {
  const disk = (['lock', 'generations'] as const).map(place => ({ place, at: 1, error: 'ENOSPC' }))
  t.match(notices({ pollFault: { at: 1, error: 'EMFILE' }, disk }), [
    { id: 'poll', tone: 'bad', text: 'EMFILE' },
    { id: 'disk-lock', title: /^The disk refuses the lock/, text: 'ENOSPC' },
    { id: 'disk-generations' },
  ])
})

t.test('a probe that fails has its notice', async t => {
  t.match(notices({ probeFault: { at: 1, error: 'status 503' } }), [
    { id: 'probe', tone: 'bad', text: 'status 503' },
  ])
})

t.test('an invalid agent configuration is shown', async t => {
  t.match(notices({ configuration: { loadedAt: 0, refused: 'line 7' } }), [
    { id: 'configuration', tone: 'bad', text: 'line 7' },
  ])
})

t.test('held removals are counted, and eight of them named', async t => {
  const removals = Array.from({ length: 10 }, (_, i) => ({ pool: 'nodes', member: `s${i}` }))
  t.match(notices({ held: { since: 0, reason: 'Too many.', removals } }), [
    {
      id: 'held',
      tone: 'held',
      title: /^10 removals held since /,
      text: 'Too many. Held: s0, s1, s2, s3, s4, s5, s6, s7 and 2 more',
    },
  ])
  const one = notices({ held: { since: 0, reason: '', removals: removals.slice(0, 1) } })
  t.match(one[0]?.title, /^1 removal held/)
})

t.test('a frozen agent shows its reason', async t => {
  t.match(notices({ mode: 'frozen', frozen: { since: 0, reason: 'maintenance' } }), [
    { id: 'frozen', tone: 'warn', title: /changes are not applied\.$/, text: 'maintenance' },
  ])
})

t.test(
  'a held change of the configuration shows its reason, and a pool that is not printed its name',
  async t => {
    const removals = [{ pool: 'nodes', member: 's1' }]
    const heldChange = { since: 0, reason: 'pools.nodes.tags.role: expected wbe', removals }
    t.match(notices({ heldChange, unprinted: ['apps'] }), [
      { title: /^A change of the configuration is held since /, text: heldChange.reason },
      { id: 'unprinted-apps', title: /apps/ },
    ])
  },
)
