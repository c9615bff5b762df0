import { join } from 'node:path'
import t from 'tap'
import { readOutputTemplates } from '../../src/rendering/output-templates.js'
import { loadTemplate, renderMembers } from '../../src/rendering/render-members.js'
import { memberAt, smallestConfiguration } from './smallest-configuration.js'

t.test('partials and templates of outputs are read, and named in errors', async t => {
  const folder = t.testdir({ 'p.hbs': 'a', 'm.hbs': 'b' })
  const file = '/etc/haproxy/m.map'
  const outputs = [{ template: join(folder, 'm.hbs'), file, use: 'map' as const }]
  t.same(readOutputTemplates({ partials: [join(folder, 'p.hbs')], outputs }), {
    partials: { p: 'a' },
    outputs: [{ name: 'm.hbs', source: 'b', path: file, use: 'map' }],
  })
  t.same(readOutputTemplates({}), { partials: {}, outputs: [] })
  t.throws(() => readOutputTemplates({ partials: { own: join(folder, 'no.hbs') } }), {
    code: 'configuration',
    message: /^cannot read the partial own .*no\.hbs: ENOENT/,
  })
  const absent = [{ template: join(folder, 'no.hbs'), file, use: 'map' as const }]
  t.throws(() => readOutputTemplates({ outputs: absent }), {
    code: 'configuration',
    message: /^cannot read the template of \/etc\/haproxy\/m\.map .*no\.hbs: ENOENT/,
  })
})

t.test('a configuration is rendered with its partials and further files', async t => {
  const folder = t.testdir({
    'my.hbs': 'backend web\n  {{> own}}\n',
    'own.hbs': '{{servers "web"}}\n',
    'zones.hbs': '{{#each pools.[0].servers}}\n{{name}} {{tags.zone}}\n{{/each}}\n',
    'more.hbs': 'backend more\n  {{> own}}\n',
  })
  const at = (name: string) => join(folder, name)
  const settings = {
    template: at('my.hbs'),
    partials: [at('own.hbs')],
    outputs: [{ template: at('zones.hbs'), file: '/x/zones.map', use: 'map' }],
    pools: [{ name: 'web', port: 80, printTags: ['zone'] }],
  }
  const configuration = smallestConfiguration(settings)
  const members = new Map([
    ['s1', memberAt('s1', 1, { zone: 'a' })],
    ['s2', memberAt('s2', 2, { zone: 'a b' })],
  ])
  const { rendered, quarantined } = renderMembers(
    members,
    configuration,
    loadTemplate(configuration),
  )
  t.match(rendered.text, /^backend web\n {2}server s1 .*\n {2}server s2 .*\n$/)
  t.match(rendered.files, [{ path: '/x/zones.map', text: 's1 a\n', use: 'map' }])
  t.match(quarantined, [{ member: 's2', pool: '/x/zones.map', code: 'tag' }])
  const outputs = [{ template: at('more.hbs'), file: '/x/more.cfg', use: 'reload' }]
  t.throws(() => loadTemplate(smallestConfiguration({ ...settings, outputs })), {
    code: 'invalid-template',
    message: /^own:1:1: servers writes its lines into another file/,
  })
})

t.test('the default template can have further files', async t => {
  const folder = t.testdir({ 'm.hbs': 'a b\n' })
  const outputs = [{ template: join(folder, 'm.hbs'), file: '/x/m.map', use: 'map' }]
  const configuration = smallestConfiguration({ outputs })
  const { rendered } = renderMembers(new Map(), configuration, loadTemplate(configuration))
  t.match(rendered.text, /^backend web$/m)
  t.match(rendered.files, [{ text: 'a b\n' }])
})
