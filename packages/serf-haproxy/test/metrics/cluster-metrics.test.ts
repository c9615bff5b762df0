import t from 'tap'
import { clusterMetrics } from '../../src/metrics/cluster-metrics.js'
import { exposition } from '../../src/metrics/exposition.js'
import { serverNamed, stateWith } from '../sample-state.js'
import { parseExposition } from './parse-exposition.js'

const shown = (facts: Parameters<typeof stateWith>[0]) =>
  parseExposition(exposition(clusterMetrics(stateWith(facts))))

/** Returns labels and value of each sample. */
const samplesOf = (families: ReturnType<typeof shown>, name: string) =>
  families.get(`serf_haproxy_${name}`)?.samples.map(({ labels, value }) => [labels, value])

t.test('a member in quarantine counts once, in however many pools', async t => {
  const quarantined = ['web', 'api'].map(pool => ({
    member: 's1',
    pool,
    code: 'port' as const,
    reason: 'no port',
  }))
  t.strictSame(samplesOf(shown({ quarantined }), 'quarantined_members'), [['', 1]])
})

t.test('servers of hostile pool names and unknown health are counted for each pool', async t => {
  const { health: _, ...unseen } = serverNamed('s2')
  const servers = [serverNamed('s1'), unseen, serverNamed('s3')]
  const families = shown({
    pools: [
      { name: 'a"b\\', servers },
      { name: 'empty', servers: [] },
    ],
  })
  t.strictSame(samplesOf(families, 'servers'), [
    [String.raw`pool="a\"b\\",health="unknown"`, 1],
    [String.raw`pool="a\"b\\",health="up"`, 2],
  ])
})

t.test('a pool whose servers are all down is a zero, and so is an empty pool', async t => {
  const down = serverNamed('s1', { health: 'down' })
  const families = shown({
    pools: [
      { name: 'web', servers: [down, serverNamed('s2')] },
      { name: 'api', servers: [down] },
      { name: 'empty', servers: [] },
    ],
  })
  t.strictSame(samplesOf(families, 'pool_servers_up'), [
    ['pool="web"', 1],
    ['pool="api"', 0],
  ])
  t.strictSame(samplesOf(families, 'pool_servers'), [
    ['pool="web"', 2],
    ['pool="api"', 1],
    ['pool="empty"', 0],
  ])
})

t.test('a pool that HAProxy does not know is not down', async t => {
  const { health: _, ...unseen } = serverNamed('s1')
  const families = shown({ pools: [{ name: 'admins', servers: [unseen] }] })
  t.strictSame(samplesOf(families, 'pool_servers_up'), [])
  t.strictSame(samplesOf(families, 'pool_servers'), [['pool="admins"', 1]])
})
