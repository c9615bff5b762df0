import { join } from 'node:path'
import { defaultTemplate } from 'haproxy-config-render'
import t from 'tap'
import { byName } from '../by-name.js'
import { loadTemplate, proxyPolicy, renderMembers } from '../../src/rendering/render-members.js'
import { memberAt, smallestConfiguration } from './smallest-configuration.js'

t.test('without a template the default one renders', async t => {
  t.equal(loadTemplate({ template: undefined }), defaultTemplate)
})

t.test('a missing template is an error of the configuration', async t => {
  t.throws(() => loadTemplate({ template: join(t.testdir(), 'no.hbs') }), {
    code: 'configuration',
    message: /^cannot read the template .*no\.hbs: ENOENT/,
  })
})

t.test('an invalid template is named by its file, without the folder', async t => {
  const template = join(t.testdir({ 'my.hbs': '{{#each pools}}' }), 'my.hbs')
  t.throws(() => loadTemplate({ template }), {
    name: 'RenderError',
    message: /^(?!.*\/my\.hbs).*my\.hbs/s,
  })
})

t.test('the policy has the renderer’s part of the configuration only', async t => {
  const configuration = smallestConfiguration({ values: { color: 'blue' } })
  t.same(Object.keys(proxyPolicy(configuration)).toSorted(), [
    'frontends',
    'maxConnections',
    'pools',
    'runtimeSocket',
    'runtimeSocketMode',
    'values',
  ])
  const stats = { address: '127.0.0.1', port: 9000 }
  t.same(proxyPolicy(smallestConfiguration({ stats: '127.0.0.1:9000' })).stats, stats)
})

t.test('members are rendered to servers, and unfit ones are quarantined', async t => {
  const { rendered, model, quarantined } = renderMembers(
    byName(memberAt('s1', 1), memberAt('not a name', 2), memberAt('s3', 3)),
    smallestConfiguration(),
    defaultTemplate,
  )
  t.same(
    model.pools.map(({ name, servers }) => [name, servers.map(server => server.name)]),
    [['web', ['s1', 's3']]],
  )
  t.match(rendered.text, /server s1 10\.0\.0\.1:80/)
  t.notMatch(rendered.text, /not a name/)
  t.match(quarantined, [{ member: 'not a name', pool: 'web', code: 'name' }])
})

t.test('of two members with one address the incumbent is taken', async t => {
  const twins = byName(memberAt('s1', 1), memberAt('s2', 1))
  const taken = (...incumbents: string[]) =>
    renderMembers(twins, smallestConfiguration(), defaultTemplate, {
      incumbents: new Map(incumbents.map(name => [name, ['web']])),
    })
      .model.pools.flatMap(({ servers }) => servers)
      .map(({ name }) => name)
  t.same(taken(), ['s1'])
  t.same(taken('s2'), ['s2'])
})
