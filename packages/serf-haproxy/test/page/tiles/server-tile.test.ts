import t from 'tap'
import { memberTextOf, statusOf, toneOf } from '../../src/page/server-tile.js'
import type { MemberState } from '../../src/state/agent-state.js'
import { memberNamed, serverNamed } from '../sample-state.js'

const tile = (status: string | undefined, member?: Partial<MemberState>) => ({
  server: serverNamed('s1', status === undefined ? {} : { status }),
  member: member && memberNamed('s1', member),
  traffic: undefined,
})

t.test('the status is that of HAProxy, or unknown', async t => {
  t.equal(statusOf(tile('UP 1/3')), 'UP 1/3')
  t.equal(statusOf(tile(undefined)), 'unknown')
})

t.test('the tone is that of the most severe fact', async t => {
  for (const [status, member, tone] of [
    ['UP', {}, 'good'],
    ['no check', {}, 'good'],
    [undefined, {}, 'quiet'],
    ['UP', { standing: 'draining' }, 'warn'],
    ['UP', { suspect: true }, 'warn'],
    ['DRAIN', {}, 'warn'],
    ['MAINT', {}, 'warn'],
    ['UP', { standing: 'held' }, 'held'],
    ['DOWN (agent)', { standing: 'held' }, 'bad'],
    ['DOWN', {}, 'bad'],
    ['UP', undefined, 'good'],
  ] as const)
    t.equal(toneOf(tile(status, member)), tone, `${status} ${JSON.stringify(member)}`)
})

t.test('the text of a member has its Serf status and its state', async t => {
  t.equal(memberTextOf(tile('UP', { standing: 'kept-by-health' })), 'Serf: alive, kept by health')
  t.equal(memberTextOf(tile('UP', { suspect: true })), 'Serf: suspect, serving')
  t.equal(memberTextOf(tile('UP')), 'no such member')
})
