import * as fc from 'fast-check'
import { buildModel } from 'haproxy-config-render'
import t from 'tap'
import { configurationSchema } from '../../src/configuration/schema.js'
import { decide } from '../../src/decision/decide.js'
import type { Facts } from '../../src/decision/evaluate-member.js'
import { noMemory, type Memory } from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { proxyPolicy } from '../../src/rendering/render-members.js'
import { explain, type ExplainedRecord } from '../../src/reporting/explain.js'
import { nextStates, noStates } from '../../src/reporting/member-states.js'
import { TimesOfMembers } from '../../src/reporting/member-times.js'
import { serverStatistics } from '../sample-server-statistics.js'

type Status = 'alive' | 'leaving' | 'left' | 'failed'
type Tags = Readonly<Record<string, string>>

interface Member {
  readonly name: string
  readonly status?: Status
  readonly suspect?: boolean
  readonly address?: string
  readonly tags?: Tags
}

function configurationWith(pools: readonly object[], more: object = {}) {
  return configurationSchema.parse({
    haproxy: { configFile: 'h.cfg', runtimeSocket: '/run/h.sock', masterSocket: '/run/m.sock' },
    frontends: [],
    pools: pools.map((pool, i) => ({ name: `p${i}`, port: 80, ...pool })),
    ...more,
  })
}

type Configuration = ReturnType<typeof configurationWith>

function factsOf(members: readonly Member[], servers?: Record<string, 'up' | 'down'>): Facts {
  return {
    membership: {
      members: new Map(
        members.map(({ name, status = 'alive', address = '10.0.0.1', tags = {} }) => [
          name,
          { name, status, address, port: 7946, tags },
        ]),
      ),
      suspects: new Set(members.flatMap(({ name, suspect }) => (suspect ? name : []))),
      connected: true,
    },
    servers:
      servers && new Map(Object.entries(servers).map(([name, health]) => [name, { health }])),
    wallTime: 0,
  }
}

/** One round of decision and rendering, and what an explanation needs of it. */
async function round(
  configuration: Configuration,
  members: readonly Member[],
  {
    memory = noMemory,
    now = 0,
    servers = {},
  }: { memory?: Memory; now?: number; servers?: Record<string, 'up' | 'down'> } = {},
) {
  const renderer = await openRenderer(configuration)
  const decision = decide(memory, factsOf(members, servers), renderer.rules, now)
  const rendering = renderer.render(decision.admitted, new Map())
  const record: ExplainedRecord = {
    memberStates: nextStates(noStates, decision, rendering.placement).memberStates,
    times: new TimesOfMembers(),
    observation: undefined,
    frozen: undefined,
    releasedAt: undefined,
    drained: new Map(),
    rendering,
  }
  const next = withPools(decision.memory, rendering.rendered.pools)
  const explained = (name: string, at = now, more: Partial<ExplainedRecord> = {}) =>
    explain(name, { ...record, ...more }, configuration, next, { now: () => at })
  return { explained, memory: next, record }
}

const observed = (status: string) => ({
  haproxy: { reachable: true },
  servers: new Map([['p0/s1', serverStatistics('s1', { pool: 'p0', status, check: 'L7OK' })]]),
})

t.test('a serving member fulfils every rule, in the order of evaluation', async t => {
  const configuration = configurationWith([{ role: 'web', names: 's\\d+' }])
  const { explained } = await round(configuration, [{ name: 's1', tags: { role: 'web' } }])
  const { now, decidedBy, rules } = explained('s1')
  t.equal(now, 's1 is serving in p0: alive in Serf')
  t.equal(decidedBy, 'serf-status')
  t.same(
    rules.map(({ rule }) => rule),
    [
      'alive in Serf',
      'answers Serf’s probes',
      'HAProxy’s check in p0',
      'few members are in doubt at once',
      'not the last healthy server',
      'does not flap',
      'p0: tag role',
      'p0: name',
      'p0: fit',
    ],
  )
  t.same(
    rules.filter(({ holds }) => !holds).map(({ rule, found }) => [rule, found]),
    [['HAProxy’s check in p0', 'not seen yet']],
    'what HAProxy has not shown is not said to be up',
  )
})

t.test('a frozen agent says first that nothing is applied', async t => {
  const { explained } = await round(configurationWith([{}]), [{ name: 's1', status: 'left' }])
  for (const [frozen, found] of [
    [{ since: 0, reason: 'maintenance' }, 'frozen: maintenance'],
    [{ since: 0 }, 'frozen'],
  ] as const) {
    const [first] = explained('s1', 0, { frozen }).rules
    t.same(first, {
      rule: 'the agent applies changes',
      holds: false,
      found,
      wanted: 'following',
    })
  }
})

t.test('an unknown name is explained too, and cannot move the cursor', async t => {
  const { explained } = await round(configurationWith([{}]), [])
  t.match(explained('evil\u001B[2J'), {
    member: 'evil\u001B[2J',
    now: /^evil\\u\{1b\}\[2J is unknown: it is not a member in Serf/,
    rules: [{ rule: 'alive in Serf', holds: false, found: 'absent', wanted: 'alive' }],
  })
  t.notHas(explained('s9'), { decidedBy: String })
})

t.test('a condition of a pool that fails names the tag, the value and the expectation', async t => {
  const configuration = configurationWith([
    { role: 'web', tags: { zone: 'a' }, match: { version: '2\\..*' } },
  ])
  const { explained } = await round(configuration, [
    { name: 's1', tags: { role: 'web', version: '1.9' } },
  ])
  const { now, decidedBy, rules } = explained('s1')
  t.equal(now, 's1 is not-selected: no pool selects it')
  t.equal(decidedBy, 'selection')
  t.same(
    rules.filter(({ holds }) => !holds),
    [
      { rule: 'p0: tag zone', holds: false, found: 'no such tag', wanted: 'a' },
      { rule: 'p0: tag version', holds: false, found: '1.9', wanted: '/2\\..*/' },
    ],
  )
  t.notOk(
    rules.some(({ rule }) => rule.includes('fit')),
    'fitness matters only for a pool that selects it',
  )
})

t.test('a member that a pool selects and cannot take is told why, pool by pool', async t => {
  const configuration = configurationWith([{ networks: ['10.0.0.0/8'] }, {}])
  const { explained } = await round(configuration, [{ name: 's1', address: '192.168.0.1' }])
  const fits = explained('s1').rules.filter(({ rule }) => rule.includes('fit'))
  t.match(fits, [
    { rule: 'p0: fit (network)', holds: false, found: /192\.168\.0\.1/ },
    { rule: 'p1: fit', holds: true },
  ])
})

t.test('a quarantined member is explained by the finding of its rendering', async t => {
  const members = [{ name: 's1' }, { name: 's2' }]
  const { explained } = await round(configurationWith([{}]), members)
  t.match(explained('s2'), { now: /^s2 is quarantined: its address/, decidedBy: 'fitness' })
  t.match(
    explained('s2').rules.filter(({ holds }) => !holds),
    [{ rule: 'p0: fit (duplicate)', found: /already that of s1/ }],
  )
})

t.test('a member that is not admitted is explained as the pool would take it', async t => {
  const { explained } = await round(configurationWith([{}]), [
    { name: 's1', status: 'failed' },
    { name: 'bad name', status: 'failed' },
  ])
  t.match(explained('s1').rules.at(-1), { rule: 'p0: fit', holds: true })
  t.match(explained('bad name').rules.at(-1), { rule: 'p0: fit (name)', holds: false })
})

t.test('a pool for each value of a tag is named as it is made', async t => {
  const configuration = configurationWith([{ perTag: 'app' }])
  const { explained } = await round(configuration, [
    { name: 's1', tags: { app: 'shop' } },
    { name: 's2', address: '10.0.0.2', tags: { app: 'not a name' } },
  ])
  t.match(explained('s1').rules.at(-1), { rule: 'p0-shop: fit', holds: true })
  t.match(explained('s2').rules.at(-1), { rule: 'p0-not a name: fit (tag)', holds: false })
})

t.test('the guard is explained by the decision, and not by the words of the reason', async t => {
  const configuration = configurationWith([{}])
  const members: Member[] = [1, 2, 3].map(i => ({ name: `s${i}`, address: `10.0.0.${i}` }))
  const first = await round(configuration, members)
  t.match(ruleOf(first.explained('s1'), 'few members are in doubt at once'), {
    holds: true,
    found: 'few',
    wanted: 'at most 50 % of a pool in doubt, and 1 server left',
  })
  const failed = members.map((each): Member => ({ ...each, status: 'failed' }))
  const servers = { s1: 'down', s2: 'up', s3: 'up' } as const
  const second = await round(configuration, failed, { memory: first.memory, now: 1000, servers })
  const held = second.explained('s1')
  t.equal(held.decidedBy, 'guard')
  t.match(
    held.now,
    /^s1 is held in p0: failed in Serf, and HAProxy finds it down; but 3 of 3 servers/,
  )
  t.match(ruleOf(held, 'few members are in doubt at once'), {
    holds: false,
    found: '3 of 3 servers are in doubt at once, more than 50 %',
  })
  const kept = second.explained('s2')
  t.equal(kept.decidedBy, 'health')
  t.match(ruleOf(kept, 'few members are in doubt at once'), { holds: true })
})

t.test('the grace time is exceeded exactly at its end', async t => {
  const configuration = configurationWith([{}], { failedGraceMs: 1000 })
  const members: Member[] = ['s1', 's2', 's3'].map((name, i) => ({ name, address: `10.0.0.${i}` }))
  const { memory } = await round(configuration, members)
  const failed: Member[] = [{ name: 's1', status: 'failed' }, ...members.slice(1)]
  const servers = { s1: 'up', s2: 'up', s3: 'up' } as const
  const { explained } = await round(configuration, failed, { memory, now: 50, servers })
  const grace = (at: number) => ruleOf(explained('s1', at), 'within the grace time')
  t.match(grace(1049), { holds: true, found: '999 ms', wanted: 'below 1000 ms' })
  t.match(grace(1049.9), { holds: true, found: '999 ms' })
  t.match(grace(1050), { holds: false, found: '1000 ms' })
  t.equal(ruleOf(explained('s2'), 'within the grace time'), undefined)
})

t.test('a suspect and a damped member fail their own rule', async t => {
  const configuration = configurationWith([{}], { damping: { flaps: 1 } })
  const members: Member[] = ['s1', 's2', 's3'].map((name, i) => ({ name, address: `10.0.0.${i}` }))
  const suspect: Member[] = [{ ...members[0], name: 's1', suspect: true }, ...members.slice(1)]
  const servers = { s1: 'up', s2: 'up', s3: 'up' } as const
  let memory: Memory = noMemory
  const states: string[] = []
  for (const [i, list] of [members, suspect, members, suspect, members].entries()) {
    const now = i * 10
    const { explained, memory: next } = await round(configuration, list, { memory, now, servers })
    memory = next
    const { decidedBy, rules } = explained('s1')
    const failing = rules
      .filter(({ holds, found }) => !holds && found !== 'not seen yet')
      .map(({ rule }) => rule)
    states.push([decidedBy, ...failing].join(', '))
  }
  t.same(states, [
    'serf-status',
    'suspicion, answers Serf’s probes',
    'serf-status',
    'damping, answers Serf’s probes, does not flap',
    'damping, does not flap',
  ])
})

t.test('HAProxy’s check of each pool is read as everywhere else', async t => {
  const { record, memory } = await round(configurationWith([{}]), [{ name: 's1' }])
  const check = (status: string) =>
    ruleOf(
      explain('s1', { ...record, observation: observed(status) }, configurationWith([{}]), memory, {
        now: () => 0,
      }),
      'HAProxy’s check in p0',
    )
  for (const [status, holds] of [
    ['UP', true],
    ['UP 1/3', true],
    ['no check', true],
    ['DRAIN', true],
    ['DOWN', false],
    ['DOWN 1/2', false],
    ['MAINT (via p1/s1)', false],
    ['NOLB', false],
  ] as const)
    t.match(check(status), { holds, found: status, wanted: 'UP' }, status)
})

function ruleOf({ rules }: ReturnType<typeof explain>, name: string) {
  return rules.find(({ rule }) => rule === name)
}

const text = fc.oneof(
  fc.constantFrom('web', 'app', '', 'x'.repeat(1024), 'x'.repeat(1025), 'x'.repeat(9999)),
  fc.string({ maxLength: 3 }),
)
const name = fc.oneof(fc.constantFrom('s1', 'n'.repeat(1025), '__proto__', 'a b'), text)
const keys = fc.constantFrom('role', 'zone', 'app', '__proto__', 'toString')
const pattern = fc.constantFrom('web|app', 'x*', '.*', '[^x]*', 's\\d')
const conditions = fc.record(
  {
    role: text,
    tags: fc.dictionary(keys, text, { maxKeys: 2 }),
    match: fc.dictionary(keys, pattern, { maxKeys: 2 }),
    names: pattern,
    networks: fc.constantFrom([], ['10.0.0.0/8'], ['fd00::/8']),
    perTag: fc.constantFrom('app'),
  },
  { requiredKeys: [] },
)
const tags = fc.dictionary(keys, text, { maxKeys: 3 })

t.test('a pool selects and takes exactly the members of which the explanation says so', async t => {
  const property = fc.asyncProperty(
    name,
    tags,
    fc.array(conditions, { minLength: 1, maxLength: 2 }),
    fc.constantFrom<Status>('alive', 'failed'),
    async (member, tagsOfMember, pools, status) => {
      const configuration = configurationWith(pools)
      const candidate = { name: member, address: '10.0.0.1', tags: tagsOfMember }
      const { explained } = await round(configuration, [{ ...candidate, status }])
      const { rules } = explained(member)
      for (const pool of configuration.pools) {
        const { model, quarantined } = buildModel([candidate], {
          ...proxyPolicy(configuration),
          pools: [pool],
        })
        const isTaken = model.pools.some(({ servers }) => servers.length > 0)
        const own = rules.filter(({ rule }) => new RegExp(`^${pool.name}[:-]`).test(rule))
        const isFit = own.filter(({ rule }) => rule.includes(': fit'))
        const selects = own.filter(({ rule }) => !rule.includes(': fit'))
        const isSelected = selects.every(({ holds }) => holds)
        t.equal(isSelected, isTaken || quarantined.length > 0)
        t.equal(isSelected && isFit.length > 0 && isFit.every(({ holds }) => holds), isTaken)
      }
    },
  )
  await fc.assert(property, { numRuns: 300 })
})
