import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { adoptedConfiguration } from '../../src/adopt/adopted-configuration.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import type { PoolDraft } from '../../src/verdict/verdict.js'

const place = (path: string, from: string) => ({ path, from })

const server = {
  ssl: true,
  'ssl-reuse': false,
  alpn: 'h2,http/1.1',
  sni: "str('a # b: \\ c')",
  maxconn: 5,
  'agent-send': 'true',
}

t.test('names that YAML would read as something else stay names', async t => {
  const names = [
    'true',
    'no',
    'null',
    '1e3',
    '0x1f',
    '123',
    '1.50',
    'a:',
    ':a',
    'a:b',
    '.',
    '2001-01-01',
  ]
  const pools = names.map((name): PoolDraft => ({ name, role: `- ${name} # x`, port: 80 }))
  const folder = temporaryFolder(t)
  const file = join(folder, 'serf-haproxy.yaml')
  const files = ['/etc/haproxy/a b.cfg', '/etc/x, y].cfg', '/etc/plain.cfg']
  writeFileSync(
    file,
    adoptedConfiguration({
      file: '/etc/haproxy/a #b: c.cfg',
      place: undefined,
      runtimeSocket: place('/run/a.sock', '/etc/new\nline.cfg:2'),
      masterSocket: place('/run/m.sock', 'haproxy.service'),
      args: files.flatMap(each => ['-f', each]),
      template: 'a #b: c.cfg.hbs',
      pools: [
        ...pools.map(pool => ({ pool, from: '/etc/haproxy.cfg:9' })),
        {
          pool: {
            name: 'all',
            mode: 'tcp',
            role: 'all',
            port: { tag: 'port', default: 81 },
            weight: { tag: 'weight', default: 5 },
            slowStartMs: 2000,
            server,
          },
          from: '/etc/haproxy.cfg:20',
        },
      ],
    }),
  )
  const configuration = loadConfiguration(file)
  t.match(configuration.haproxy, {
    configFile: '/etc/haproxy/a #b: c.cfg',
    runtimeSocket: '/run/a.sock',
    check: { args: files.flatMap(each => ['-f', each]) },
  })
  t.equal(configuration.template, join(folder, 'a #b: c.cfg.hbs'))
  t.match(configuration.pools.slice(0, -1), pools)
  t.match(configuration.pools.at(-1), {
    mode: 'tcp',
    port: { tag: 'port', default: 81 },
    weight: { tag: 'weight', default: 5 },
    slowStartMs: 2000,
    server,
  })
})
