import t from 'tap'
import {
  applyOverrides,
  overridesFromEnvironment,
  overridesFromFlags,
} from '../../src/configuration/overrides.js'
import { fileVariable } from '../../src/variables.js'

t.test('variables and flags override the file, and an unknown flag is an error', async t => {
  const settings = [
    ...overridesFromEnvironment({
      SERF_HAPROXY_SERF_AUTH_KEY_FILE: 'k',
      SERF_HAPROXY_RESYNC_MS: '250',
      SERF_HAPROXY_SERVICE_HOST: 'of another program',
      PATH: '/bin',
    }),
    ...overridesFromFlags(['haproxy.maxConnections=7', 'serf.rpc=[::1]:7373', 'reconcileMs=many']),
  ]
  t.same(applyOverrides({ serf: { rpc: '127.0.0.1:1' }, pools: [] }, settings), {
    serf: { rpc: '[::1]:7373', authKeyFile: 'k' },
    haproxy: { maxConnections: 7 },
    reconcileMs: 'many',
    pools: [],
  })
  t.throws(() => overridesFromFlags(['serf.rcp=1']), {
    code: 'configuration',
    message: /--set: unknown setting: expected one of serf\.rpc, .*, got serf\.rcp$/,
  })
})

t.test('a value is parsed by the type of its setting', async t => {
  const values: readonly [string, unknown][] = [
    ['resyncMs=250', 250],
    ['resyncMs=-1', -1],
    ['resyncMs=1.5', 1.5],
    ['resyncMs=', ''],
    ['resyncMs=1e3', '1e3'],
    ['resyncMs=0x10', '0x10'],
    ['resyncMs= 5', ' 5'],
    ['resyncMs', ''],
    ['authKeyFile=42', '42'],
    ['authKeyFile=a=b=c', 'a=b=c'],
    ['authKeyFile=two\nlines', 'two\nlines'],
  ]
  for (const [text, value] of values) {
    const [override] = overridesFromFlags([`serf.${text}`])
    t.strictSame(override?.value, value, text)
  }
})

t.test('each override names its source', async t => {
  t.match(overridesFromEnvironment({ SERF_HAPROXY_GUARD_MIN_SERVERS: '2' }), [
    { path: ['guard', 'minServers'], value: 2, source: 'SERF_HAPROXY_GUARD_MIN_SERVERS' },
  ])
  t.match(overridesFromFlags(['guard.minServers=2']), [{ source: '--set guard.minServers' }])
})

t.test('variables of the same prefix that are no settings are ignored', async t => {
  t.equal(fileVariable, 'SERF_HAPROXY_CONFIG')
  t.same(
    overridesFromEnvironment({
      [fileVariable]: '/etc/serf-haproxy.yaml',
      SERF_HAPROXY_: 'x',
      SERF_HAPROXY_GUARD: 'x',
      SERF_HAPROXY_POOLS: 'x',
      SERF_HAPROXY_guard_minServers: '2',
      SERF_HAPROXY_STATE_FOLDER: undefined,
      GUARD_MIN_SERVERS: '2',
    }),
    [],
  )
})

t.test('a section, a list and an inherited name are not settings', async t => {
  for (const path of ['serf', 'pools', 'frontends', 'values', '', 'toString', '__proto__.x'])
    t.throws(() => overridesFromFlags([`${path}=1`]), { code: 'configuration' }, path)
})

t.test('of several overrides of one setting the last wins', async t => {
  const settings = overridesFromFlags(['logLevel=debug', 'logLevel=error'])
  t.same(applyOverrides({}, settings), { logLevel: 'error' })
})

t.test('overrides complete a missing section, and replace a value that is not one', async t => {
  const settings = overridesFromFlags(['serf.resyncMs=500'])
  for (const document of [undefined, null, 'text', {}, { serf: null }, { serf: 'text' }])
    t.same(applyOverrides(document, settings), { serf: { resyncMs: 500 } })
  t.same(applyOverrides({ serf: { rpc: 'r' }, pools: [1] }, settings), {
    serf: { rpc: 'r', resyncMs: 500 },
    pools: [1],
  })
})

t.test('the document that is passed in does not change', async t => {
  const document = Object.freeze({ serf: Object.freeze({ resyncMs: 1 }) })
  applyOverrides(document, overridesFromFlags(['serf.resyncMs=2']))
  t.same(document, { serf: { resyncMs: 1 } })
  t.equal(applyOverrides(document, []), document)
})
