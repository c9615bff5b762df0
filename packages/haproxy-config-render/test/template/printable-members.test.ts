import * as fc from 'fast-check'
import t from 'tap'
import { buildModel } from '../../src/pools/build-model.js'
import type { PoolPolicy } from '../../src/pools/pool-policy.js'
import type { PoolMember } from '../../src/pools/server-from-member.js'
import { compileTemplate } from '../../src/template/compile-template.js'
import { hostileMember, hostileText } from '../hostile-members.js'

const inPool = (lines: string) => `{{#each pools}}
backend {{name}}
${lines}
  {{servers this}}
{{/each}}
`
const inServers = (line: string) => inPool(`{{#each servers}}\n  ${line}\n{{/each}}`)

const policy = (pool: Partial<PoolPolicy> = {}) => ({
  runtimeSocket: '/run/x.sock',
  frontends: [{ name: 'web', bind: { address: '127.0.0.1', port: 80 } }],
  values: { bad: 'a%b' },
  pools: [{ name: 'app', port: 80, printTags: ['zone', 'n'], ...pool }],
})

const good = (name: string, n: number, tags: Record<string, string> = {}): PoolMember => ({
  name,
  address: `10.0.0.${n}`,
  tags: { zone: 'a', n: '1', ...tags },
})
const goods = [good('s1', 1), good('s2', 2), good('s3', 3)]

function rendered(source: string, members: readonly PoolMember[], pool: Partial<PoolPolicy> = {}) {
  const { model, quarantined } = buildModel(members, policy(pool))
  const result = compileTemplate(source, { name: 'my.hbs' }).render(model)
  return { ...result, quarantined: [...quarantined, ...result.quarantined] }
}

t.test('a member that lacks a tag is left out, with the place, and all others stay', async t => {
  const { text, quarantined, pools } = rendered(inServers('# {{name}} of {{tags.zone}}'), [
    ...goods,
    { name: 'bad', address: '10.0.0.9', tags: {} },
  ])
  t.strictSame(quarantined, [
    {
      member: 'bad',
      pool: 'app',
      code: 'tag',
      reason: 'the template cannot print it: my.hbs:4:17: The model has no tags.zone here',
    },
  ])
  t.equal(text, rendered(inServers('# {{name}} of {{tags.zone}}'), goods).text)
  t.strictSame(
    pools[0]?.servers.map(({ name }) => name),
    ['s1', 's2', 's3'],
  )
})

t.test('wherever a template reads a member, only that member is left out', async t => {
  const lacking: PoolMember = { name: 'bad', address: '10.0.0.9', tags: { n: 'x' } }
  const odd = { ...lacking, tags: { zone: '100%eu', n: '1' } }
  const sources: readonly (readonly [string, PoolMember])[] = [
    [inServers('http-response add-header x-{{name}} {{default tags.zone "none"}}'), odd],
    [inServers('# {{lower tags.zone}}'), lacking],
    [inServers('# {{#if (gt (size tags.zone) 1)}}x{{/if}}'), lacking],
    [inServers('# {{#with tags}}{{lookup this "zone"}}{{/with}}'), lacking],
    [inServers('# {{lookup tags "zone"}}'), lacking],
    [inServers('# {{concat name tags.zone}}'), lacking],
    [inPool('{{#each servers as |one|}}\n  # {{one.tags.zone}}\n{{/each}}'), lacking],
    [inServers('# {{#each (sort ../servers "name")}}{{tags.zone}} {{/each}}'), lacking],
    [inServers('# {{#with this}}{{#if tags.zone}}x{{else}}{{tags.zone}}{{/if}}{{/with}}'), lacking],
    [inPool('  # {{join (pluck (pluck servers "tags") "zone") " "}}'), lacking],
    [inServers('# {{#if (eq tags.n "1")}}{{else}}{{@root.stats.port}}{{/if}}'), lacking],
  ]
  for (const [source, bad] of sources) {
    const { text, quarantined } = rendered(source, [...goods, bad])
    t.match(quarantined, [{ member: 'bad', code: 'tag', reason: /my\.hbs:\d+:\d+: / }], source)
    t.equal(text, rendered(source, goods).text, source)
  }
})

t.test('a name that its place cannot hold is the member’s', async t => {
  const line = 'http-request deny if { hdr(host) {{name}} }'
  const { quarantined } = rendered(inServers(line), [...goods, good('or', 9), good('if', 8)])
  t.match(quarantined, [
    { member: 'if', code: 'name' },
    { member: 'or', code: 'name' },
  ])
})

t.test(
  'names and tags that mean something to JavaScript or Handlebars are like any other',
  async t => {
    const names = [
      '__proto__',
      'constructor',
      'toString',
      'if',
      'each',
      'servers',
      'backend',
      'this',
    ]
    const members = names.map((name, i) => good(name, 10 + i, { constructor: 'c', toString: 'd' }))
    const { text, quarantined } = rendered(
      inServers('# {{name}} {{tags.constructor}} {{lookup tags "toString"}}'),
      [...members, { name: 'bad', address: '10.0.0.9', tags: {} }],
      { printTags: ['constructor', 'toString'] },
    )
    t.strictSame(
      quarantined.map(({ member }) => member),
      ['bad'],
    )
    for (const name of names) t.match(text, `# ${name} c d\n`)
  },
)

t.test('of two that cannot be printed only together, the first stays', async t => {
  const source = inPool(
    '{{#if (gt (size (where servers "backup" true)) 1)}}\n  # {{@root.stats.port}}\n{{/if}}',
  )
  const pool = { backup: { tag: 'spare' } }
  const spare = { spare: 'true' }
  const members = [good('a', 1), good('b', 2, spare), good('c', 3, spare), good('d', 4)]
  const { quarantined, pools } = rendered(source, members, pool)
  t.match(quarantined, [{ member: 'c', reason: /has no @root.stats.port here/ }])
  t.strictSame(rendered(source, members.toReversed(), pool).quarantined, quarantined)
  t.equal(pools[0]?.servers.length, 3)
})

t.test('a template that no member could satisfy fails, and no member is left out', async t => {
  const sources = [
    'global\n  # {{stats.port}}',
    inServers('# {{stats.port}}'),
    inServers('# {{../../stats.port}} {{name}}'),
    inServers('http-request set-header X {{@root.values.bad}}'),
    inServers('# {{#each ../../stats}}{{this}}{{/each}}'),
    inPool('  # {{lookup (lookup servers 7) "name"}}'),
  ]
  for (const source of sources) {
    t.throws(
      () => rendered(source, goods),
      { code: /unknown-name|unsafe-value/, place: { file: 'my.hbs' } },
      source,
    )
  }
})

t.test('all members may be left out, and one member of two pools out of one of them', async t => {
  const { text, quarantined } = rendered(inServers('# {{tags.zone}}'), [
    { name: 'bad', address: '10.0.0.9', tags: {} },
  ])
  t.equal(quarantined.length, 1)
  t.equal(text, rendered(inServers('# {{tags.zone}}'), []).text)
  const { model } = buildModel([good('s1', 1)], {
    ...policy(),
    pools: [
      { name: 'app', port: 80, printTags: ['zone'] },
      { name: 'bare', port: 81 },
    ],
  })
  const both = compileTemplate(inServers('# {{tags.zone}}')).render(model)
  t.match(both.quarantined, [{ member: 's1', pool: 'bare' }])
  t.match(both.pools, [{ servers: [{ name: 's1' }] }, { servers: [] }])
})

const manySources = [
  '# {{name}} {{tags.zone}}',
  'http-response set-header X {{tags.zone}}',
  'description "{{tags.zone}} {{default tags.n "none"}}"',
  'acl known path {{lookup tags "zone"}}',
  'http-request deny if { hdr(x) {{name}} }',
  'http-request set-header X %[str({{tags.zone}})]',
].flatMap(line => [
  inServers(line),
  inServers(line).replace('{{#each servers}}', '{{#each (sort servers "port")}}'),
])

/** The lines of the good servers. */
const serverLines = ({ text }: { text: string }) =>
  text.split('\n').filter(line => /server s\d /.test(line))

t.test('whatever one member is, the lines of the others are as without it', async t => {
  const pools: readonly Partial<PoolPolicy>[] = [
    {},
    { weight: { tag: 'n', default: 5 }, port: { tag: 'port', default: 80 } },
    { backup: { tag: 'zone' }, zone: { tag: 'zone', own: 'a' }, maxServers: 3 },
    { perTag: 'zone', maxPools: 1 },
    {
      route: { frontend: 'web', hostTag: 'note', hosts: ['*.a'], pathTag: 'zone', paths: ['/'] },
      perTag: 'n',
    },
    { sticky: { cookie: 'S', key: 'k'.repeat(8) }, networks: ['10.0.0.0/8', '::/0'] },
  ]
  const bad = fc.record({
    name: fc.oneof(fc.constantFrom('zz', 's1', 'if', 'or', '__proto__'), hostileText),
    address: fc.oneof(fc.constantFrom('10.0.0.9', '10.0.0.1', '::', '10.0.0.99'), hostileText),
    tags: fc.dictionary(fc.constantFrom('zone', 'n', 'port', 'note', 'constructor'), hostileText),
    draining: fc.boolean(),
  })
  const incumbents = new Set(goods.map(({ name }) => name))
  fc.assert(
    fc.property(
      fc.oneof(bad, hostileMember),
      fc.constantFrom(...pools),
      fc.constantFrom(...manySources),
      (hostile, pool, source) => {
        const template = compileTemplate(source)
        const linesOf = (members: readonly PoolMember[]) =>
          serverLines(template.render(buildModel(members, policy(pool), { incumbents }).model))
        const staying = goods.filter(({ name }) => name !== hostile.name)
        t.strictSame(
          linesOf([...goods, hostile]).filter(line => !line.includes(` ${hostile.name} `)),
          linesOf(goods).filter(line => !line.includes(` ${hostile.name} `)),
        )
        if (staying.length === 3) t.strictSame(linesOf([hostile, ...goods]), linesOf(goods))
      },
    ),
    { numRuns: 400 },
  )
})
