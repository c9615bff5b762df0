import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { heldChange } from '../../src/guard/held-change.js'
import { decide } from '../../src/decision/decide.js'
import type { Facts } from '../../src/decision/evaluate-member.js'
import { incumbents, noMemory, type Memory } from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'
import { printedPools } from '../../src/rendering/printed-servers.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { servingServers } from '../../src/rendering/serving-servers.js'
import { membershipOf } from '../sample-membership.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'

const tags = { role: 'backend', port: '3000', weight: '100', tier: 'web', version: 'v1' }
const names = ['s1', 's2', 's3', 's4']

/** A pool of four members, and settings that a configuration has beside it. */
const pool = { name: 'nodes', role: 'backend', port: { tag: 'port' }, weight: { tag: 'weight' } }

/** Four members at 127.0.0.2 and above, and those that left or are in doubt. */
function members(gone: Readonly<Record<string, 'left' | 'failed' | 'leaving'>> = {}) {
  const statuses = Object.fromEntries(names.map(name => [name, gone[name] ?? ('alive' as const)]))
  const { members: all, ...rest } = membershipOf(statuses)
  const tagged = [...all].map(([name, member]) => [name, { ...member, tags }] as const)
  return { ...rest, members: new Map(tagged) }
}

/** Decides and renders by a configuration; files are those that it names. */
async function roundOf(
  t: Test,
  { policy, template, ...options }: Settings,
  membership = members(),
  memory: Memory = noMemory,
) {
  const folder = temporaryFolder(t)
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const configuration = configurationIn(folder, {
    pools: [pool],
    ...options,
    ...(template !== undefined && { template: file('my.hbs', template) }),
    ...(policy !== undefined && { policy: file('policy.mjs', policy) }),
  })
  const renderer = await openRenderer(configuration)
  const facts = { membership, servers: undefined, wallTime: 0 }
  const decision = decide(memory, facts, renderer.rules, 0)
  const rendering = renderer.render(decision.admitted, incumbents(memory))
  const next = withPools(decision.memory, printedPools(rendering))
  return { configuration, decision, rendering, memory: next }
}

interface Settings {
  readonly policy?: string
  readonly template?: string
  readonly pools?: readonly object[]
  readonly guard?: object
}

/** Judges the step from one configuration to another. */
async function judge(
  t: Test,
  from: Settings,
  to: Settings,
  membership = members(),
  servers?: Facts['servers'],
) {
  const before = await roundOf(t, from)
  const judged = { ...(await roundOf(t, to, membership, before.memory)), servers }
  return heldChange(servingServers(before.rendering), judged, before.configuration.guard)
}

/** A template that writes the server lines where `servers` stands. */
const templateWith = (servers: string) =>
  `defaults\n  mode http\nbackend nodes\n${servers}\nbackend other\n`
const byHand = (words: string) =>
  `{{#each pools}}{{#each servers}}\n  server {{name}} {{address}}:{{port}} ${words}\n{{/each}}{{/each}}`
const good = templateWith('{{#each (where pools "name" "nodes")}}\n  {{servers this}}\n{{/each}}')

/** Slips: what was there before, what is there now, and the setting that the reason names. */
const slips: readonly [string, Settings, Settings, RegExp][] = [
  [
    'a wrong role',
    {},
    { pools: [{ ...pool, role: 'backnd' }] },
    /^pools\.nodes\.role: expected backnd, got backend \(s1\): it would take away 4 of 4 servers of pool nodes \(the configuration takes away 4 of 4 servers, more than 50 %\); edit the file back, or accept/,
  ],
  [
    'a wrong tag',
    {},
    { pools: [{ ...pool, tags: { tier: 'wbe' } }] },
    /^pools\.nodes\.tags\.tier: /,
  ],
  ['a renamed tag', {}, { pools: [{ ...pool, tags: { level: 'web' } }] }, /got no such tag/],
  ['a pattern', {}, { pools: [{ ...pool, match: { tier: 'w' } }] }, /^pools\.nodes\.match\.tier: /],
  ['a pattern of names', {}, { pools: [{ ...pool, names: 's' }] }, /^pools\.nodes\.names: /],
  [
    'other networks',
    {},
    { pools: [{ ...pool, networks: ['10.0.0.0/8'] }] },
    /^pools\.nodes\.networks: /,
  ],
  [
    'another tag of the port',
    {},
    { pools: [{ ...pool, port: { tag: 'prt' } }] },
    /^pools\.nodes\.port: its tag prt/,
  ],
  [
    'a low maximum',
    {},
    { pools: [{ ...pool, maxServers: 1 }] },
    /^pools\.nodes\.maxServers: .*; .* 3 of 4 servers|3 of 4 servers/,
  ],
  [
    'the weight 0',
    {},
    { pools: [{ ...pool, weight: 0 }] },
    /^pools\.nodes\.weight: s1 would have the weight 0/,
  ],
  [
    'a pool per tag that no member has',
    { pools: [{ ...pool, perTag: 'version' }] },
    { pools: [{ ...pool, perTag: 'vrsion' }] },
    /nodes-v1/,
  ],
  [
    'a pool that is renamed',
    {},
    { pools: [{ ...pool, name: 'apps' }] },
    /^pools: no pool nodes is configured any more/,
  ],
  [
    'a template of another pool',
    { template: good },
    { template: good.replace('"nodes"', '"node"') },
    /^template: .*my\.hbs prints no line for s1 in pool nodes.*prints pool nodes nowhere/,
  ],
  [
    'a condition that is false',
    { template: good },
    {
      template: templateWith(
        '{{#if values.missing}}{{#each pools}}\n  {{servers this}}\n{{/each}}{{/if}}',
      ),
    },
    /prints pool nodes nowhere/,
  ],
  [
    'a template that drops its own lines',
    {
      template: templateWith(
        '{{#each pools}}{{#each servers}}\n  server {{name}} {{address}}:{{port}}\n{{/each}}{{/each}}',
      ),
    },
    { template: templateWith('') },
    /prints pool nodes nowhere/,
  ],
  ...['weight 0', 'check disabled'].map((words): [string, Settings, Settings, RegExp] => [
    `a template whose own lines say ${words}`,
    { template: templateWith(byHand('check')) },
    { template: templateWith(byHand(words)) },
    /^template: .*my\.hbs prints s1 with weight 0, or disabled: .* 4 of 4 servers/,
  ]),
  ...['disabled', 'default-server disabled', 'default-server weight 0'].map(
    (line): [string, Settings, Settings, RegExp] => [
      `own lines in a backend that says ${line}`,
      { template: templateWith(byHand('check')) },
      { template: templateWith(`  ${line}\n${byHand('check')}`) },
      /^template: .*my\.hbs prints s1 with weight 0, or disabled: /,
    ],
  ),
  [
    'the word disabled in the defaults',
    { template: good },
    { template: good.replace('mode http', 'mode http\n  disabled') },
    /^template: .*my\.hbs prints s1 with weight 0, or disabled: /,
  ],
]

for (const [name, from, to, reason] of slips)
  t.test(`${name} is held, and the reason names the setting`, async t => {
    const held = await judge(t, from, to)
    t.match(held?.reason, reason)
    t.match(held?.reason, /edit the file back, or accept the change with `serf-haproxy accept`$/)
    t.ok((held?.removals.length ?? 0) >= 3)
  })

t.test('a pool that is printed nowhere is held at any limit', async t => {
  const guard = { maxLostShare: 1, minServers: 0 }
  const to = { guard, template: good.replace('"nodes"', '"node"') }
  t.ok(await judge(t, { guard, template: good }, to))
  t.equal(await judge(t, { guard }, { guard, pools: [{ ...pool, role: 'x' }] }), undefined)
})

t.test('the limits are those of the configuration in use', async t => {
  const to = { guard: { maxLostShare: 1, minServers: 0 }, pools: [{ ...pool, role: 'x' }] }
  t.ok(await judge(t, {}, to))
})

/** Changes that are in order. */
const inOrder: readonly [string, Settings, Settings][] = [
  ['the same configuration', {}, {}],
  ['half of a pool', {}, { pools: [{ ...pool, maxServers: 2 }] }],
  ['another weight', {}, { pools: [{ ...pool, weight: 7 }] }],
  [
    'lines of the template that ignore the weight 0',
    { template: templateWith(byHand('check')) },
    { template: templateWith(byHand('weight 5')), pools: [{ ...pool, weight: 0 }] },
  ],
  [
    'a backend that is enabled again',
    { template: good },
    {
      template: good
        .replace('mode http', 'mode http\n  disabled')
        .replace('backend nodes', 'backend nodes\n  enabled'),
    },
  ],
  ['another port', {}, { pools: [{ ...pool, port: 4000 }] }],
  ['one more pool', {}, { pools: [pool, { ...pool, name: 'more' }] }],
  ['a pool that is removed', { pools: [pool, { ...pool, name: 'more' }] }, {}],
  [
    'a pool that is removed while another is empty',
    { pools: [pool, { ...pool, name: 'more' }, { ...pool, name: 'spare', role: 'x' }] },
    { pools: [pool, { ...pool, name: 'spare', role: 'x' }] },
  ],
  [
    'a pool that is removed together with its section',
    {
      pools: [pool, { ...pool, name: 'other' }],
      template: `${good}{{#each (where pools "name" "other")}}  {{servers this}}\n{{/each}}`,
    },
    { template: good.replace('\nbackend other', '') },
  ],
  ['a canary', {}, { pools: [{ ...pool, canary: { tag: 'tier', value: 'new', percent: 5 } }] }],
]

for (const [name, from, to] of inOrder)
  t.test(`a change in order is not held: ${name}`, async t => {
    t.equal((await judge(t, from, to))?.reason, undefined)
  })

t.test('a pool that is removed while its section stays is held', async t => {
  const more = `${good}{{#each (where pools "name" "other")}}  {{servers this}}\n{{/each}}`
  const from = { pools: [pool, { ...pool, name: 'other' }], template: more }
  t.match((await judge(t, from, { template: more }))?.reason, /no pool other is configured/)
})

t.test('members that leave meanwhile are not counted', async t => {
  const to = { pools: [{ ...pool, maxServers: 2 }] }
  const gone = { s3: 'left', s4: 'left' } as const
  t.equal(await judge(t, {}, to, members(gone)), undefined)
  const all = { s1: 'left', s2: 'left', s3: 'left', s4: 'left' } as const
  t.equal(await judge(t, {}, { pools: [{ ...pool, role: 'x' }] }, members(all)), undefined)
})

t.test('losses by Serf and by the configuration count together', async t => {
  const to = { pools: [{ ...pool, names: 's[1234]', match: { port: '3000' } }] }
  t.equal(await judge(t, {}, to, members({ s4: 'failed' })), undefined)
  const less = { pools: [{ ...pool, names: 's[134]' }] }
  t.equal(await judge(t, {}, less), undefined)
  const both = await judge(
    t,
    {},
    { pools: [{ ...pool, names: 's[14]' }] },
    members({ s4: 'failed' }),
  )
  t.match(both?.reason, /takes away 2 of 4 servers, and 1 is in doubt at once, more than 50 %/)
})

/** Custom policies that take all traffic away, and the standing that the guard gives. */
const policies: readonly [string, string][] = [
  ['drains all', 'members.map(member => ({ ...member, draining: true }))'],
  ['leaves all out', '[]'],
]

for (const [name, expression] of policies)
  t.test(`a policy that ${name} is held by the decision`, async t => {
    const before = await roundOf(t, {})
    const policy = `export default members => ${expression}`
    const after = await roundOf(t, { policy }, members(), before.memory)
    t.match(after.decision.held?.reason, /the configuration takes away 4 of 4 servers/)
    t.equal(
      heldChange(servingServers(before.rendering), after, { maxLostShare: 0.5, minServers: 1 }),
      undefined,
    )
    t.equal(servingServers(after.rendering).get('nodes')?.size, 4)
  })

t.test('a policy that gives other tags is held as a change of the configuration', async t => {
  const policy =
    'export default members => members.map(m => ({ ...m, tags: { ...m.tags, role: "x" } }))'
  t.match((await judge(t, {}, { policy }))?.reason, /^pools\.nodes\.role: expected backend, got x/)
})

/** HAProxy's servers, of which these are healthy. */
const health = (...healthy: readonly string[]): Facts['servers'] =>
  new Map(
    names.map(name => {
      const isHealthy = healthy.includes(name)
      return [name, { health: isHealthy ? 'up' : 'down', provenIn: isHealthy ? ['nodes'] : [] }]
    }),
  )

t.test('a change that takes the last healthy servers of a pool is held at any limit', async t => {
  const guard = { maxLostShare: 1, minServers: 0 }
  const without = { pools: [{ ...pool, names: 's[234]' }], guard }
  const under = (servers: Facts['servers']) => judge(t, { guard }, without, members(), servers)
  t.match(await under(health('s1')), {
    reason: /no other server of pool nodes is healthy in HAProxy/,
    removals: [{ pool: 'nodes', member: 's1' }],
  })
  t.equal(await under(health('s1', 's2')), undefined)
  t.equal(await under(health('s2')), undefined, 's1 is down')
  t.equal(await under(undefined), undefined, 'HAProxy was not asked')
})
