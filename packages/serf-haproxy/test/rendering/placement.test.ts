import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import type { PoolMember } from 'haproxy-config-render'
import t from 'tap'
import { VersionedMap } from 'versioned-map'
import { placementOf } from '../../src/rendering/placement.js'
import type { Placement } from '../../src/rendering/rendering.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { smallestConfiguration } from './smallest-configuration.js'

const configuration = smallestConfiguration({
  frontends: [],
  pools: [
    { name: 'web', tags: { web: '1' }, port: { tag: 'port', default: 80 }, maxServers: 3 },
    { name: 'api', tags: { api: '1' }, port: 81 },
    { name: 'zone', perTag: 'zone', port: 82 },
  ],
})

const names = ['s1', 's2', 's3', 's4', 's5']
const changes = fc.array(
  fc.tuple(
    fc.constantFrom(...names),
    fc.option(
      fc.record({
        web: fc.constantFrom('0', '1', '1'),
        api: fc.constantFrom('0', '1'),
        port: fc.constantFrom('80', '90', 'x'),
        zone: fc.constantFrom('a', 'b', 'not a name'),
      }),
      { nil: undefined },
    ),
    fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
  ),
  { maxLength: 3 },
)

const entries = (map: ReadonlyMap<string, unknown>) =>
  [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))
const sorted = ({ pools, findings, lost, listed, unprinted }: Placement) => ({
  pools: entries(pools),
  findings: entries(findings),
  lost: entries(lost),
  listed: entries(listed),
  unprinted,
})

t.test(
  'in any history, the places after a change are those computed from all members',
  async () => {
    const renderer = await openRenderer(configuration)
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 12 }), steps => {
        let members = VersionedMap.of<string, PoolMember>([])
        for (const step of steps) {
          members = members.with(
            step.map(([name, tags, address]) => [name, tags && { name, address, tags }] as const),
          )
          const rendering = renderer.render(members, new Map())
          assert.deepStrictEqual(sorted(rendering.placement), sorted(placementOf(rendering)))
        }
      }),
    )
  },
)

const member = (name: string, address: string) =>
  [name, { name, address, tags: { web: '1', zone: 'a' } }] as const

t.test('a member whose places are as before keeps the same lists', async t => {
  const renderer = await openRenderer(configuration)
  const members = VersionedMap.of<string, PoolMember>([member('s1', '10.0.0.1')])
  const first = renderer.render(members, new Map()).placement
  const second = renderer.render(members.with([member('s2', '10.0.0.2')]), new Map()).placement
  t.equal(second.pools.get('s1'), first.pools.get('s1'))
  t.same(first.pools.touchedUntil(second.pools), new Set(['s2']))
  t.equal(second.unprinted, first.unprinted)
})

t.test('a pool that only a list prints is not lost, and its members are in it', async t => {
  const folder = t.testdir({
    'my.hbs': 'backend web\n  {{servers "web"}}\n',
    'api.acl.hbs':
      '{{#each pools}}\n{{#if (eq name "api")}}\n{{#each servers}}\n{{address}}\n{{/each}}\n{{/if}}\n{{/each}}\n',
  })
  const outputs = [{ template: join(folder, 'api.acl.hbs'), file: '/x/api.acl', use: 'acl' }]
  const pools = [
    { name: 'web', tags: { web: '1' }, port: 80 },
    { name: 'api', tags: { api: '1' }, port: 81 },
  ]
  const own = { frontends: [], pools, template: join(folder, 'my.hbs'), outputs }
  const render = async () => {
    const renderer = await openRenderer(smallestConfiguration(own))
    const both = { name: 's1', address: '10.0.0.1', tags: { web: '1', api: '1' } }
    const only = { name: 's2', address: '10.0.0.2', tags: { api: '1' } }
    const members = VersionedMap.of([both, only].map(each => [each.name, each] as const))
    return renderer.render(members, new Map())
  }
  const { placement, rendered } = await render()
  t.match(rendered.files, [{ path: '/x/api.acl', text: '10.0.0.1\n10.0.0.2\n', use: 'acl' }])
  t.same(placement.unprinted, [])
  t.same(entries(placement.lost), [])
  t.same(entries(placement.pools), [['s1', ['web']]])
  t.same(entries(placement.listed), [
    ['s1', ['api']],
    ['s2', ['api']],
  ])
  writeFileSync(join(folder, 'api.acl.hbs'), '10.1.1.1\n')
  t.same((await render()).placement.unprinted, ['api'])
})
