import t from 'tap'
import { configuredCommand } from '../../src/commands/configured-command.js'

function parse(...args: readonly string[]) {
  return configuredCommand('x', 'does x').parse(args, { from: 'user' }).opts()
}

t.test(
  'the file is serf-haproxy.yaml unless --config or the environment names another',
  async t => {
    t.same(parse(), { config: 'serf-haproxy.yaml', set: [] })
    t.same(parse('--config', 'other.yaml'), { config: 'other.yaml', set: [] })
    process.env['SERF_HAPROXY_CONFIG'] = 'environment.yaml'
    t.teardown(() => delete process.env['SERF_HAPROXY_CONFIG'])
    t.same(parse(), { config: 'environment.yaml', set: [] })
    t.same(parse('--config', 'flag.yaml'), { config: 'flag.yaml', set: [] })
  },
)
