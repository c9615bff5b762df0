import * as fc from 'fast-check'
import t from 'tap'
import { parseModel } from '../../src/model/parse-model.js'
import { buildModel } from '../../src/pools/build-model.js'
import { createModelBuilder } from '../../src/pools/model-builder.js'
import { compileTemplate } from '../../src/template/compile-template.js'
import { VersionedMap } from 'versioned-map'
import { smallModel } from '../cases.js'
import { hostileText } from '../hostile-members.js'

const list = (line: string) => `{{#each pools}}\n{{#each servers}}\n${line}\n{{/each}}\n{{/each}}\n`
const hosts = list('{{tags.host}} {{../name}}')
const addresses = list('{{address}}')
const output = (name: string, source: string, use: 'map' | 'acl' | 'reload') => ({
  name: `${name}.hbs`,
  source,
  path: `/etc/haproxy/${name}`,
  use,
})

const policy = {
  runtimeSocket: '/run/x.sock',
  frontends: [],
  pools: [{ name: 'app', port: 80, printTags: ['host'] }],
}
const member = (name: string, i: number, host: string) => ({
  name,
  address: `10.0.0.${i}`,
  tags: { host },
})
const modelOf = (members: readonly ReturnType<typeof member>[]) => buildModel(members, policy).model

t.test('files are rendered with the configuration, and equal ones are the same array', async t => {
  const template = compileTemplate('backend app\n  {{servers "app"}}\n', {
    outputs: [output('hosts.map', hosts, 'map'), output('all.acl', addresses, 'acl')],
  })
  const first = template.render(modelOf([member('s1', 1, 'a.example')]))
  t.match(first.files, [
    { path: '/etc/haproxy/hosts.map', text: 'a.example app\n', use: 'map', pools: ['app'] },
    { path: '/etc/haproxy/all.acl', text: '10.0.0.1\n', use: 'acl' },
  ])
  const same = template.render(modelOf([member('s2', 1, 'a.example')]))
  t.equal(same.files, first.files, 'another name is in none of them')
  const other = template.render(modelOf([member('s2', 2, 'a.example')]))
  t.not(other.files, first.files)
  t.equal(other.files?.[0], first.files?.[0], 'the one that is equal')
  t.equal(other.files?.[1]?.text, '10.0.0.2\n')
})

t.test('a template without outputs has no files', async t => {
  t.notOk('files' in compileTemplate('global\n').render(smallModel))
})

t.test('the text of a configuration with files is made when it is read', async t => {
  const template = compileTemplate('backend app\n  {{servers "app"}}\n', {
    outputs: [output('a.cfg', 'backend b\n', 'reload')],
  })
  const { get } = Object.getOwnPropertyDescriptor(template.render(smallModel), 'text') ?? {}
  t.type(get, 'function')
})

const withServers = (...names: readonly string[]) =>
  parseModel({
    ...smallModel,
    pools: [
      { name: 'app', servers: names.map((name, i) => ({ name, address: `10.1.0.${i}`, port: 1 })) },
    ],
  })

t.test('a file that does not read the servers stays as it is while they change', async t => {
  const template = compileTemplate('backend app\n  {{servers "app"}}\n', {
    outputs: [output('b.cfg', 'backend b\n  # {{maxConnections}}\n', 'reload')],
  })
  const first = template.render(withServers('s1', 's2'))
  const second = template.render(withServers('s1', 's2', 's3'))
  t.equal(second.frame, first.frame)
  t.equal(second.files, first.files)
})

t.test('a member that a file cannot hold is left out of it, and keeps its server', async t => {
  const template = compileTemplate('backend app\n  {{servers "app"}}\n', {
    outputs: [output('hosts.map', hosts, 'map')],
  })
  const { text, files, quarantined } = template.render(
    modelOf([member('s1', 1, 'a.example'), member('s2', 2, 'b.example app')]),
  )
  t.match(text, /server s1 [^]*server s2 /)
  t.equal(files?.[0]?.text, 'a.example app\n')
  t.match(quarantined, [
    { member: 's2', pool: '/etc/haproxy/hosts.map', code: 'tag', reason: /hosts\.map\.hbs:3:1/ },
  ])
  t.equal(quarantined.length, 1)
})

t.test('servers belong to the configuration itself', async t => {
  for (const use of ['map', 'acl', 'reload'] as const)
    t.throws(() => compileTemplate('', { outputs: [output('x', 'a\n{{servers "app"}}\n', use)] }), {
      code: 'invalid-template',
      message: /^x\.hbs:2:1: servers writes its lines into another file/,
    })
})

t.test('the routes of a frontend are a file, which a new host changes', async t => {
  const policy = {
    runtimeSocket: '/run/x.sock',
    frontends: [
      { name: 'web', bind: { address: '127.0.0.1', port: 80 }, routeMap: '/etc/haproxy/web.map' },
    ],
    pools: [
      {
        name: 'shop',
        port: 80,
        route: { frontend: 'web', hostTag: 'host', hosts: ['*.example.org'] },
      },
    ],
  }
  const template = compileTemplate('backend shop\n  {{servers "shop"}}\n')
  const builder = createModelBuilder(policy)
  const members = VersionedMap.of([['s1', member('s1', 1, 'a.example.org')]])
  const build = (more: typeof members) => template.render(builder.build(more, new Map()).model)
  const first = build(members)
  t.match(first.files, [
    { path: '/etc/haproxy/web.map', text: 'a.example.org/ shop\n', use: 'map' },
  ])
  const second = build(members.with([['s2', member('s2', 2, 'a.example.org')]]))
  t.equal(second.files, first.files, 'a further member with the same host')
  const third = build(members.with([['s2', member('s2', 2, 'b.example.org')]]))
  t.equal(third.files?.[0]?.text, 'a.example.org/ shop\nb.example.org/ shop\n')
  t.equal(third.frame, first.frame, 'the configuration has the same lines')
})

/** The entries of a map as HAProxy reads them (src/pattern.c of HAProxy has the same rules). */
function entriesOf(text: string): readonly (readonly [string, string])[] {
  return text.split('\n').flatMap(line => {
    if (line.startsWith('#') || /^[ \t]*\r?$/.test(line)) return []
    const [, key = '', value = ''] =
      /^[ \t]*([^ \t\r]*)[ \t]*([^\r]*?)[ \t]*(?:\r.*)?$/.exec(line) ?? []
    return [[key, value] as const]
  })
}

t.test('a tag in a map is one key, whatever it is', async t => {
  const template = compileTemplate(hosts, { name: 'hosts.map', format: 'list' })
  let printed = 0
  fc.assert(
    fc.property(fc.array(hostileText, { maxLength: 4 }), tags => {
      const members = tags.map((tag, i) => member(`s${i}`, i + 1, tag))
      const { model } = buildModel(members, policy)
      const { text, quarantined } = template.render(model)
      const left = new Set(quarantined.map(each => each.member))
      const kept = model.pools.flatMap(({ servers }) =>
        servers.filter(({ name }) => !left.has(name)),
      )
      const wanted = kept.map(({ tags }) => [tags['host'], 'app'])
      if (JSON.stringify(entriesOf(text)) !== JSON.stringify(wanted)) throw new Error(text)
      printed += kept.length
    }),
    { numRuns: 3000 },
  )
  t.ok(printed > 100, `${printed} entries`)
})
