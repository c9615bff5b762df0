import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'

const good = `haproxy:
  configFile: haproxy.cfg
  runtimeSocket: runtime.sock
  masterSocket: master.sock
frontends:
  - { name: web, bind: '127.0.0.1:8080', pool: nodes }
stats: 127.0.0.1:1936
listen: 127.0.0.1:9642
pools: [{ name: nodes, port: 3000 }]
`

/** Edits of the configuration, and the error. */
const cases: readonly [string, string, RegExp][] = [
  [
    'masterSocket: master.sock',
    'masterSocket: ./runtime.sock',
    /^.*agent\.yaml:4: haproxy\.masterSocket: expected another path than that of haproxy\.runtimeSocket, got .*runtime\.sock$/,
  ],
  [
    'runtimeSocket: runtime.sock',
    'runtimeSocket: haproxy.cfg',
    /:3: haproxy\.runtimeSocket: .* haproxy\.configFile/,
  ],
  ['stats:', 'template: haproxy.cfg\nstats:', /:7: template: .* haproxy\.configFile/],
  ['stats:', 'template: link/haproxy.cfg\nstats:', /:7: template: .* haproxy\.configFile/],
  ['stats:', 'policy: haproxy.cfg.lock\nstats:', /:7: policy: .* haproxy\.configFile/],
  [
    'stats:',
    'tokenFile: t\npolicy: t\nstats:',
    /tokenFile: expected another path than that of policy/,
  ],
  [
    'stats:',
    'stateFolder: a-file\nstats:',
    /:7: stateFolder: expected a folder, got the file .*a-file/,
  ],
  ['stats:', 'stateFolder: haproxy.cfg\nstats:', /:7: stateFolder: .* haproxy\.configFile/],
  [
    'runtimeSocket: runtime.sock',
    'runtimeSocket: serf-haproxy.state/control.sock',
    /:3: haproxy\.runtimeSocket: .* stateFolder/,
  ],
  [
    'stats: 127.0.0.1:1936',
    'stats: 127.0.0.1:9642',
    /:8: listen: expected another address than that of stats, got 127\.0\.0\.1:9642/,
  ],
  [
    'stats: 127.0.0.1:1936',
    'stats: 0.0.0.0:8080',
    /:7: stats: .* frontends\.0\.bind, got 0\.0\.0\.0:8080/,
  ],
  [
    'stats:',
    'outputs: [{ template: m.hbs, file: haproxy.cfg, use: map }]\nstats:',
    /:7: outputs\.0\.file: expected another path than that of haproxy\.configFile, got .*cfg/,
  ],
  [
    'stats:',
    'outputs: [{ template: m.hbs, file: haproxy.cfg.state, use: map }]\nstats:',
    /:7: outputs\.0\.file: .* haproxy\.configFile/,
  ],
  [
    'stats:',
    'outputs: [{ template: m.hbs, file: m.map, use: map }, { template: m.hbs, file: link/m.map, use: acl }]\nstats:',
    /:7: outputs\.1\.file: .* outputs\.0\.file, got .*link\/m\.map/,
  ],
  [
    'stats:',
    'outputs: [{ template: m.hbs, file: m.hbs, use: map }]\nstats:',
    /:7: outputs\.0\.file: .* outputs\.0\.template/,
  ],
  ['stats:', 'partials: { a: haproxy.cfg }\nstats:', /:7: partials\.a: .* haproxy\.configFile/],
  [
    'stats:',
    'partials: { a: p.hbs, b: p.hbs }\nstats:',
    /:7: partials\.b: .* partials\.a, got .*p\.hbs/,
  ],
  [
    'stats:',
    'outputs: [{ template: m.hbs, file: serf-haproxy.state/memory.json, use: map }]\nstats:',
    /:7: outputs\.0\.file: expected a file outside of stateFolder, got .*memory\.json/,
  ],
  [
    'pool: nodes }',
    'pool: nodes, routeMap: haproxy.cfg }',
    /:6: frontends\.0\.routeMap: .* haproxy\.configFile/,
  ],
  ['listen: 127.0.0.1:9642', 'listen: 127.0.0.1:7373', /:8: listen: .* serf\.rpc/],
]

for (const [from, to, error] of cases)
  t.test(`one place for two things is refused: ${to.split('\n').join(', ')}`, async t => {
    const folder = temporaryFolder(t)
    mkdirSync(join(folder, 'serf-haproxy.state'))
    symlinkSync('.', join(folder, 'link'))
    writeFileSync(join(folder, 'a-file'), '')
    const file = join(folder, 'agent.yaml')
    writeFileSync(file, good)
    t.ok(loadConfiguration(file))
    writeFileSync(file, good.replace(from, to))
    t.throws(() => loadConfiguration(file), { code: 'configuration', message: error })
  })

t.test('a wildcard on the port of a Serf agent elsewhere is in order', async t => {
  const file = join(temporaryFolder(t), 'agent.yaml')
  writeFileSync(
    file,
    `${good.replace('stats: 127.0.0.1:1936', 'stats: 0.0.0.0:7373')}serf: { rpc: '10.0.0.9:7373' }\n`,
  )
  t.ok(loadConfiguration(file))
})
