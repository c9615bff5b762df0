import { readFileSync } from 'node:fs'
import t from 'tap'
import { configurationJsonSchema, configurationSchema } from '../../src/configuration/schema.js'

t.test('the JSON Schema in the package is up to date', async t => {
  const file = new URL('../../../schema/serf-haproxy.schema.json', import.meta.url)
  t.same(
    JSON.parse(readFileSync(file, 'utf8')),
    JSON.parse(JSON.stringify(configurationJsonSchema())),
  )
  t.match(configurationJsonSchema(), { $id: 'urn:serf-haproxy:configuration' })
})

const smallest = {
  haproxy: { configFile: 'h.cfg', runtimeSocket: 'r.sock', masterSocket: 'm.sock' },
  frontends: [],
  pools: [{ name: 'web', port: 80 }],
}

/** Paths and messages of the invalid values of a configuration. */
function issuesOf(more: object): string[] {
  const { error } = configurationSchema.safeParse({ ...smallest, ...more })
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

t.test('the smallest configuration is completed with the documented defaults', async t => {
  t.match(configurationSchema.parse(smallest), {
    serf: { rpc: { address: '127.0.0.1', port: 7373 }, resyncMs: 10_000, rejoinMs: 1000 },
    haproxy: { maxConnections: 1000, drainDeadlineMs: 30_000 },
    values: {},
    failedGraceMs: 60_000,
    leavingGraceMs: 5000,
    guard: { maxLostShare: 0.5, minServers: 1, windowMs: 300_000 },
    damping: { flaps: 5, halfLifeMs: 30_000 },
    reconcileMs: 5000,
    stateFolder: 'serf-haproxy.state',
    generations: 20,
    listen: { address: '127.0.0.1', port: 9642 },
    hosts: [],
    logLevel: 'info',
  })
})

t.test('HAProxy needs a master socket or one other reload method', async t => {
  const { masterSocket: _, ...haproxy } = smallest.haproxy
  t.same(issuesOf({ haproxy }), [
    'haproxy.masterSocket: expected masterSocket, or reload with s6Service or pidFile',
  ])
  for (const reload of [{ s6Service: '/run/service/haproxy' }, { pidFile: '/run/haproxy.pid' }])
    t.same(issuesOf({ haproxy: { ...haproxy, reload } }), [])
  const both = { s6Service: '/run/service/haproxy', pidFile: '/run/haproxy.pid' }
  t.equal(issuesOf({ haproxy: { ...haproxy, reload: both } }).length, 1)
})

/** Values at both sides of each limit: the section, the valid ones and the invalid ones. */
const limits: readonly [string, string, readonly unknown[], readonly unknown[]][] = [
  ['guard', 'maxLostShare', [0, 0.5, 1], [-0.01, 1.01, '1']],
  ['guard', 'minServers', [0, 9], [-1, 0.5]],
  ['guard', 'windowMs', [0], [-1, 0.5]],
  ['damping', 'flaps', [1, 1.5], [0.99]],
  ['damping', 'halfLifeMs', [1], [0]],
  ['serf', 'resyncMs', [100], [99]],
  ['serf', 'rejoinMs', [0], [-1]],
  ['serf', 'rpc', ['[::1]:80'], ['::1:80', 80]],
]

t.test('each limit is inclusive, and an invalid value is reported with its path', async t => {
  for (const [section, option, valid, invalid] of limits) {
    for (const value of valid)
      t.same(issuesOf({ [section]: { [option]: value } }), [], `${option} ${String(value)}`)
    for (const value of invalid)
      t.match(
        issuesOf({ [section]: { [option]: value } }),
        [`${section}.${option}: `],
        `${option} ${String(value)}`,
      )
  }
})

t.test('limits outside of sections are inclusive too', async t => {
  for (const [option, valid, invalid] of [
    ['failedGraceMs', 0, -1],
    ['leavingGraceMs', 0, -1],
    ['reconcileMs', 100, 99],
    ['generations', 1, 0],
    ['logLevel', 'debug', 'trace'],
  ] as const) {
    t.same(issuesOf({ [option]: valid }), [], option)
    t.equal(issuesOf({ [option]: invalid }).length, 1, option)
  }
  t.same(issuesOf({ pools: [] }), ['pools: expected at least one pool'])
})

t.test('an unknown option is rejected at each level', async t => {
  for (const more of [
    { guards: {} },
    { guard: { share: 1 } },
    { serf: { port: 1 } },
    { frontends: [{ name: 'web', bind: '127.0.0.1:80', port: 80 }] },
    { pools: [{ name: 'web', port: 80, tag: 'x' }] },
  ])
    t.match(issuesOf(more), [/[Uu]nrecognized key/], JSON.stringify(more))
})

interface JsonSchema {
  readonly description?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
}

/** Lists all options by path, such as `pools[].port.tag`. */
function options(schema: JsonSchema, path = ''): [string, JsonSchema][] {
  const below = path === '' ? '' : `${path}.`
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
      [`${below}${name}`, field] as [string, JsonSchema],
      ...options(field, `${below}${name}`),
    ]),
    ...(schema.items ? options(schema.items, `${path}[]`) : []),
    ...(schema.anyOf ?? []).flatMap(one => options(one, path)),
  ]
}

t.test('editors get a description of each option, without questions and persons', async t => {
  const all = options(configurationJsonSchema())
  t.ok(all.length > 90)
  for (const [path, { description }] of all) {
    t.match(description, /^[A-Z]/, `${path} has .meta({ description }) or .describe()`)
    t.notMatch(
      description,
      /^(?:What|Who|Whether|How|Where|When|Which|Why)\b|\b(?:who|whom|somebody|nobody)\b|\.$/,
      path,
    )
  }
})

type Fields = Readonly<Record<string, unknown>>

/** Sets an option in a document. A section that has no such option, or needs other ones, is that of its example. */
function withOption(
  document: Fields,
  path: string,
  value: unknown,
  fields: ReadonlyMap<string, JsonSchema>,
): Fields {
  const set = (node: Fields, [key = '', ...rest]: readonly string[], at: string): Fields => {
    if (rest.length === 0) return { ...node, [key]: value }
    const name = key.replace('[]', '')
    const [next = ''] = rest
    const sectionPath = `${at}${name}`
    const sections = [node[name], ...(fields.get(sectionPath)?.examples ?? [])].flat() as Fields[]
    const section = sections.find(one => typeof one === 'object' && next.replace('[]', '') in one)
    const before = typeof node[name] === 'object' ? [node[name]].flat()[0] : undefined
    const whole = fields.get(sectionPath)?.required ? sections.find(Boolean) : {}
    const changed = set((section ?? before ?? whole) as Fields, rest, `${at}${key}.`)
    return { ...node, [name]: key.endsWith('[]') ? [changed] : changed }
  }
  return set(document, path.split('.'), '')
}

t.test('each option has an example or a default, and each example is valid', async t => {
  const all = options(configurationJsonSchema())
  const fields = new Map(all)
  const frontends = [{ name: 'web', bind: '127.0.0.1:80' }]
  for (const [path, { default: byDefault, examples: own = [], properties }] of all) {
    if (!properties) t.ok(own.length > 0 || byDefault !== undefined, `${path} has an example`)
    for (const example of own) {
      const document = withOption({ ...smallest, frontends }, path, example, fields)
      const { error } = configurationSchema.safeParse(document)
      t.equal(error, undefined, `${path}: ${JSON.stringify(example)}`)
    }
  }
})

t.test('editors see an endpoint as the text that a file has', async t => {
  const all = new Map(options(configurationJsonSchema()))
  t.equal(all.get('serf.rpc')?.default, '127.0.0.1:7373')
  t.equal(all.get('listen')?.default, '127.0.0.1:9642')
})
