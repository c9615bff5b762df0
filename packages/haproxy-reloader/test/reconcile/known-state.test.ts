import { deepStrictEqual, strictEqual } from 'node:assert'
import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  type Arbitrary,
} from 'fast-check'
import t from 'tap'
import type { DesiredServer, DesiredState } from '../../src/plan/desired-state.js'
import { serverOperations } from '../../src/plan/operation.js'
import { withInheritedOptions } from '../../src/plan/inherited-options.js'
import { planWithDifference, type Plan } from '../../src/plan/plan.js'
import { ServerTable } from '../../src/servers/server-table.js'
import { noDifference } from '../../src/plan/text-difference.js'
import { KnownState } from '../../src/reconcile/known-state.js'
import { LoadedConfiguration } from '../../src/reconcile/loaded-configuration.js'
import { changeServers } from '../../src/running/confirmed-state.js'
import { server } from '../fake-haproxy-setup.js'

/** Lines of a text apart from the servers of its pools. */
interface Frame {
  readonly global: string
  readonly backend: string
}

const frames: readonly Frame[] = [
  { global: '', backend: '' },
  { global: '', backend: '  default-server check inter 1s\n' },
  { global: '', backend: '  use-server s3 if { src 10.0.0.9 }\n' },
  { global: '', backend: '  server sorry 10.0.0.99:80\n' },
  { global: 'defaults\n  default-server sni str($HOME)\n', backend: '' },
]

function stateOf(frame: Frame, pools: ReadonlyMap<string, readonly DesiredServer[]>): DesiredState {
  const sections = [...pools].map(([name, servers]) => {
    const lines = servers.map(
      each =>
        `  server ${each.name} ${each.address}:${each.port} weight ${each.weight} ${each.options}\n`,
    )
    return `backend ${name}\n  balance roundrobin\n${frame.backend}${lines.join('')}`
  })
  return {
    text: `${frame.global}${sections.join('')}`,
    pools: [...pools].map(([name, servers]) => ({ name, servers })),
    frame,
  }
}

const options = constantFrom(
  '',
  'check',
  'check inter 2s',
  'inter 2s check',
  'agent-check agent-port 9',
  'disabled',
  'ssl verify none',
  'check track a/s1',
  'sni str($HOME)',
  'no-check',
  'check maxconn 5',
  'check maxconn 7',
  'maxconn 7 minconn 2',
)

/** A change of one server: another one, or without a server it leaves. */
const change = record({
  pool: constantFrom('a', 'b'),
  name: constantFrom('s1', 's2', 's3', 's4', 's5', 'track'),
  leaves: boolean(),
  address: constantFrom('10.0.0.1', '10.0.0.2', '::1', 'host.example'),
  weight: constantFrom(0, 1, 10),
  options: oneof({ weight: 3, arbitrary: constant('') }, options),
})

/** Changes that come together, and the sessions of each departing server. */
const steps = array(
  record({
    changes: array(change, { maxLength: 4 }),
    burst: integer({ min: 0, max: 299 }).map(roll => (roll === 0 ? 1500 : 0)),
    sessions: constantFrom(0, 1, undefined),
    isOverdue: boolean(),
    isRemovable: boolean(),
  }),
  { maxLength: 8 },
)

function changedPools(
  pools: ReadonlyMap<string, readonly DesiredServer[]>,
  { changes, burst }: Pick<Step, 'changes' | 'burst'>,
): ReadonlyMap<string, readonly DesiredServer[]> {
  const next = new Map(pools)
  for (const { pool, name, leaves, ...more } of changes) {
    const others = (next.get(pool) ?? []).filter(each => each.name !== name)
    const added = leaves ? others : [...others, server(name, more)]
    next.set(
      pool,
      added.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    )
  }
  const many = Array.from({ length: burst }, (_, i) => server(`z${i}`))
  const isFirst = !next.get('a')?.some(({ name }) => name === 'z0')
  if (burst > 0 && isFirst) next.set('a', [...(next.get('a') ?? []), ...many])
  return next
}

type Step = typeof steps extends Arbitrary<(infer Each)[]> ? Each : never

/** A plan without the order of its steps, which is of no importance between pools. */
function contentOf({ kind, trigger, operations, draining }: Plan) {
  const texts = operations.map(operation => JSON.stringify(operation)).toSorted()
  return { kind, trigger, operations: texts, draining: [...draining].toSorted() }
}

/** The servers of a worker that has just loaded a state. */
function loadedServers(desired: DesiredState): ServerTable {
  const table = new ServerTable()
  const { text, pools } = desired
  const additions = pools.flatMap(({ name: pool, servers }) =>
    servers.map(each => ({ kind: 'add', pool, server: each }) as const),
  )
  changeServers(table, withInheritedOptions(additions, { text, pools }))
  return table
}

function begin(known: KnownState, desired: DesiredState): void {
  const start = { servers: loadedServers(desired), worker: 7, isFileCurrent: true }
  const nothing = { operations: [], done: [], notYetRemoved: [], waiting: new Map() }
  known.changed(desired, start, nothing, { difference: noDifference, at: 0 })
}

t.test('a plan by the frame is the plan by the texts, whatever came before', async t => {
  let byFrame = 0
  assert(
    property(constantFrom(...frames), steps, (original, history) => {
      const frame = { ...original }
      const first = ['s1', 's2', 's3', 's4'].map(name => server(name))
      let pools: ReadonlyMap<string, readonly DesiredServer[]> = new Map([
        ['a', first],
        ['b', first.slice(1)],
      ])
      const known = new KnownState()
      const loaded = new LoadedConfiguration()
      begin(known, stateOf(frame, pools))
      loaded.runs(stateOf(frame, pools))
      for (const step of history) {
        const { confirmed } = known
        if (!confirmed) return
        pools = changedPools(pools, step)
        const desired = stateOf(frame, pools)
        const departing = [...known.departing].flatMap(([pool, names]) =>
          [...names].map(name => `${pool}/${name}`),
        )
        const { sessions: count } = step
        const facts = {
          ...loaded.facts(desired),
          optionsBesideText: loaded.optionsBesideText,
          sessions: new Map(departing.flatMap(id => (count === undefined ? [] : [[id, count]]))),
          overdue: new Set(step.isOverdue ? departing : []),
          replaced: new Set<string>(),
        }
        const planned = known.plan(confirmed, desired, facts)
        const running = { ...facts, text: confirmed.desired.text, servers: [...confirmed.servers] }
        const byText = planWithDifference(running, desired)
        deepStrictEqual(contentOf(planned.plan), contentOf(byText.plan))
        strictEqual(planned.from.isFileCurrent, confirmed.desired.text === desired.text)
        if (planned.plan.kind === 'reload') {
          loaded.reset()
          known.forget()
          begin(known, desired)
          loaded.runs(desired)
          continue
        }
        if (planned.from.departing) byFrame++
        deepStrictEqual(new Map(planned.difference.added), new Map(byText.difference.added))
        deepStrictEqual(new Map(planned.difference.dropped), new Map(byText.difference.dropped))
        deepStrictEqual(new Set(planned.difference.limited), new Set(byText.difference.limited))
        const operations = withInheritedOptions(serverOperations(planned.plan.operations), desired)
        const { frame: _, ...withoutFrame } = desired
        deepStrictEqual(
          operations,
          withInheritedOptions(serverOperations(planned.plan.operations), withoutFrame),
        )
        const notYetRemoved = operations.flatMap(operation =>
          operation.kind === 'remove' && !step.isRemovable
            ? [`${operation.pool}/${operation.name}`]
            : [],
        )
        const sent = { operations, done: operations, notYetRemoved, waiting: new Map() }
        loaded.sending(serverOperations(planned.plan.operations))
        loaded.committed(planned.difference)
        known.changed(desired, planned.from, sent, { difference: planned.difference, at: 0 })
        loaded.seen(7, known.confirmed?.servers ?? new ServerTable())
      }
    }),
    { numRuns: 60 },
  )
  t.ok(byFrame > 10, `${byFrame} plans by the frame`)
})

/** A known state with the servers s1 and s2, and the change to another desired state in one pool. */
function changeSetup() {
  const known = new KnownState()
  const frame = { global: '', backend: '' }
  const of = (...names: readonly string[]) =>
    stateOf(frame, new Map([['a', names.map(name => server(name))]]))
  begin(known, of('s1', 's2'))
  const change = (desired: DesiredState, at: number) => {
    const { confirmed } = known
    if (!confirmed) throw new Error('expected a confirmed state, got none')
    const facts = {
      ...new LoadedConfiguration().facts(desired),
      optionsBesideText: new Map(),
      sessions: new Map(),
      overdue: new Set<string>(),
      replaced: new Set<string>(),
    }
    const { plan, from, difference } = known.plan(confirmed, desired, facts)
    const operations = withInheritedOptions(serverOperations(plan.operations), desired)
    const sent = { operations, done: operations, notYetRemoved: [], waiting: new Map() }
    known.changed(desired, from, sent, { difference, at })
  }
  return { known, of, change }
}

t.test('a change is read back a second after the first that is not', async t => {
  const { known, of, change } = changeSetup()
  t.notOk(known.isOverdue(9999), 'nothing was changed')
  change(of('s1', 's2', 's3'), 10)
  change(of('s1', 's2', 's3', 's4'), 900)
  t.notOk(known.isOverdue(1010))
  t.ok(known.isOverdue(1011))
  t.ok(known.read())
  t.notOk(known.isOverdue(9999))
  t.notOk(known.read())
})

t.test('changed servers are unread as they are now, or were before they left', async t => {
  const { known, of, change } = changeSetup()
  change(of('s2', 's3'), 0)
  change(of('s2', 's3'), 1)
  t.same(known.unread.map(({ name }) => name).toSorted(), ['s1', 's3'])
  known.read()
  t.same(known.unread, [])
})
