import t from 'tap'
import { eventCounters, noCounts, withEvent, withOutcome } from '../../src/state/counters.js'
import { eventKinds, type EventKindName } from '../../src/state/event-kinds.js'

const planOf = (kind: 'noop' | 'runtime' | 'reload') => ({
  kind,
  reason: 'r',
  operations: [],
  draining: [],
})

t.test('every counter of an event kind starts at 0', async t => {
  t.ok(eventCounters.length > 0)
  for (const { name } of eventCounters) t.equal(noCounts[name], 0, name)
})

for (const [name, row] of Object.entries(eventKinds)) {
  const kind = name as EventKindName
  const counter = 'counter' in row ? row.counter : undefined
  t.test(`the counter of ${kind}: ${counter?.name ?? 'none'}`, async t => {
    for (const per of ['entry', 'occurrence'] as const) {
      const next = withEvent(noCounts, kind, per)
      if (counter?.per === per) t.same(next, { ...noCounts, [counter.name]: 1 })
      else t.equal(next, noCounts, `not counted per ${per}`)
    }
  })
}

t.test('an applied plan is counted by kind, cause and outcome', async t => {
  const once = withOutcome(
    noCounts,
    { kind: 'applied', via: 'runtime', generation: 2, plan: planOf('runtime'), tookMs: 1 },
    'log',
  )
  t.match(once, {
    plans: { noop: 0, runtime: 1, reload: 0 },
    causes: { log: 1 },
    outcomes: { applied: 1 },
    reloads: 0,
  })
  const twice = withOutcome(
    once,
    {
      kind: 'applied',
      via: 'reload',
      generation: 3,
      plan: { ...planOf('reload'), trigger: 'text' },
      tookMs: 1,
    },
    'log',
  )
  t.match(twice, {
    plans: { runtime: 1, reload: 1 },
    causes: { log: 2 },
    outcomes: { applied: 2 },
    reloads: 1,
    reloadTriggers: { text: 1 },
  })
})

t.test('an unchanged outcome counts its plan, and no cause', async t => {
  const next = withOutcome(noCounts, { kind: 'unchanged', plan: planOf('noop') }, 'health')
  t.match(next, { plans: { noop: 1 }, causes: {}, outcomes: { unchanged: 1 }, reloads: 0 })
})

for (const outcome of [
  { kind: 'rejected', report: 'r' },
  { kind: 'rolled-back', cause: 'c' },
  { kind: 'deferred', cause: 'c' },
  { kind: 'superseded' },
] as const) {
  t.test(`${outcome.kind} counts an outcome only`, async t => {
    const next = withOutcome(noCounts, outcome, 'log')
    t.same(next, { ...noCounts, outcomes: { [outcome.kind]: 1 } })
  })
}
