import t from 'tap'
import {
  applyOverrides,
  overridesFromEnvironment,
  overridesFromFlags,
} from '../../src/configuration/overrides.js'

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
