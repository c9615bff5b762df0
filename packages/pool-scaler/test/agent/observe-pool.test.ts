import t from 'tap'
import { observePool } from '../../src/agent/observe-pool.js'
import { sampleMember, sampleServer, sampleView, viewOf } from './sample-view.js'

const all = () => true
const conditionOf = (
  member: Parameters<typeof sampleMember>[1],
  server: Parameters<typeof sampleServer>[1] = {},
  isOwn: (name: string) => boolean = all,
) => {
  const view = sampleView({
    members: [sampleMember('s1', member)],
    pools: [{ name: 'web', servers: [sampleServer('s1', server)] }],
  })
  return observePool(view, 'web', isOwn)?.members[0]?.condition
}

function foreignCondition(server?: Parameters<typeof sampleServer>[1]) {
  return conditionOf({}, server, () => false)
}

t.test('a member that serves and passes its check is healthy', async t => {
  t.equal(conditionOf({}), 'healthy')
  t.equal(conditionOf({}, { status: 'no check', check: '' }), 'healthy')
})

t.test('a living member whose check fails, or has not ended, is unhealthy', async t => {
  t.equal(conditionOf({}, { health: 'down', status: 'DOWN', check: 'L4TOUT' }), 'unhealthy')
  t.equal(conditionOf({}, { check: '' }), 'unhealthy')
  t.equal(conditionOf({}, { health: undefined, status: undefined }), 'unhealthy')
})

t.test('a member in any doubt is doubtful', async t => {
  const down = { health: 'down', status: 'DOWN' }
  t.equal(conditionOf({ suspect: true }, down), 'doubtful')
  t.equal(conditionOf({ status: 'failed', standing: 'kept-by-health' }), 'doubtful')
  t.equal(conditionOf({ standing: 'damped' }, down), 'doubtful')
  t.equal(conditionOf({ guard: 'too many' }, down), 'doubtful')
  t.equal(conditionOf({}, { health: 'down', status: 'MAINT' }), 'doubtful')
  t.equal(conditionOf({}, { status: 'DRAIN' }), 'doubtful')
})

t.test(
  'a member of another name counts while its check succeeds, and is never certain',
  async t => {
    t.equal(foreignCondition(), 'doubtful')
    t.equal(foreignCondition({ health: 'down', status: 'DOWN' }), undefined)
  },
)

t.test('a member that leaves in order is leaving', async t => {
  t.equal(conditionOf({ status: 'leaving', standing: 'draining' }), 'leaving')
})

t.test('servers that are no members are left out, and an unknown pool is undefined', async t => {
  const view = sampleView({ pools: [{ name: 'web', servers: [sampleServer('static')] }] })
  t.strictSame(observePool(view, 'web', all)?.members, [])
  t.equal(observePool(view, 'other', all), undefined)
})

function responseMsOf(responseMs: number) {
  const servers = [sampleServer('s1', { responseMs })]
  const view = { ...viewOf('s1'), pools: [{ name: 'web', servers }] }
  return observePool(view, 'web', all)?.members[0]?.responseMs
}

t.test('the response time is known from the first request on', async t => {
  t.equal(responseMsOf(12), 12)
  t.equal(responseMsOf(0), undefined)
})
