import { compileTemplate, parseModel } from 'haproxy-config-render'
import t from 'tap'
import { sampleRendering } from '../../src/rendering/sample-rendering.js'
import { smallestConfiguration } from './smallest-configuration.js'

t.test('each pool has a sample server with the words of its servers', async t => {
  const server = {
    ssl: true,
    cookie: 'name',
    maxconn: { tag: 'limit', default: 7 },
    proto: { tag: 'proto' },
  }
  const configuration = smallestConfiguration({ pools: [{ name: 'web', port: 80, server }] })
  const model = parseModel({
    runtimeSocket: '/run/r.sock',
    frontends: [],
    pools: ['web', 'other'].map(name => ({ name, serverOptions: 'ssl', servers: [] })),
  })
  const template = compileTemplate(
    '{{#each pools}}\nbackend {{name}}\n  {{servers this}}\n{{/each}}',
  )
  const { text } = sampleRendering(model, configuration, template)
  t.match(text, /backend web\n {2}server sample 192\.0\.2\.1:1 .* ssl cookie sample maxconn 7\n/)
  t.match(text, /backend other\n {2}server sample 192\.0\.2\.1:1 .* ssl\n/)
})
