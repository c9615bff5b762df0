import { readFileSync } from 'node:fs'
import t from 'tap'
import type { AgentEvent } from '../../src/state/agent-event.js'
import { eventKinds, levelOf, toneOf } from '../../src/state/event-kinds.js'

const plan = { kind: 'noop' as const, reason: 'same', operations: [], draining: [] }
const applied = {
  kind: 'applied' as const,
  via: 'runtime' as const,
  generation: 1,
  plan,
  tookMs: 1,
}
const text = 'x'

/** An event of each kind, and of each case that changes its level or tone. */
const cases: readonly (readonly [AgentEvent, level: string, tone: string])[] = [
  [{ kind: 'membership', change: 'joined', members: [], cause: 'log', text }, 'info', 'quiet'],
  [{ kind: 'decision', member: 's', standing: 'damped', reason: 'r', text }, 'info', 'quiet'],
  [{ kind: 'outcome', outcome: applied, cause: 'c', text }, 'info', 'good'],
  [{ kind: 'outcome', outcome: { kind: 'superseded' }, cause: 'c', text }, 'info', 'quiet'],
  [
    { kind: 'outcome', outcome: { kind: 'deferred', cause: 'c' }, cause: 'c', text },
    'info',
    'quiet',
  ],
  [
    { kind: 'outcome', outcome: { kind: 'rejected', report: 'r' }, cause: 'c', text },
    'error',
    'bad',
  ],
  [
    { kind: 'outcome', outcome: { kind: 'rolled-back', cause: 'r' }, cause: 'c', text },
    'error',
    'bad',
  ],
  [{ kind: 'held', reason: 'r', removals: [], text }, 'warn', 'held'],
  [{ kind: 'accepted', removals: [], text }, 'info', 'quiet'],
  [{ kind: 'released', text }, 'info', 'quiet'],
  [{ kind: 'action', action: 'thaw', by: 'control socket', result: 'done', text }, 'info', 'quiet'],
  [{ kind: 'action', action: 'thaw', by: 'control socket', result: 'x', text }, 'warn', 'warn'],
  [{ kind: 'frozen', text }, 'info', 'warn'],
  [{ kind: 'thawed', text }, 'info', 'quiet'],
  [{ kind: 'quarantine', quarantined: [], text }, 'warn', 'warn'],
  [{ kind: 'rejoin', members: [], text }, 'info', 'warn'],
  [{ kind: 'drift', count: 1, text }, 'warn', 'warn'],
  [{ kind: 'connection', to: 'serf', isUp: true, text }, 'info', 'good'],
  [{ kind: 'connection', to: 'haproxy', isUp: false, text }, 'warn', 'bad'],
  [{ kind: 'configuration', isAccepted: true, text }, 'info', 'quiet'],
  [{ kind: 'configuration', isAccepted: false, error: 'e', text }, 'error', 'bad'],
  [{ kind: 'disk', place: 'lock', isOk: false, error: 'e', text }, 'error', 'bad'],
  [{ kind: 'disk', place: 'lock', isOk: true, text }, 'info', 'good'],
  [{ kind: 'repair', text }, 'warn', 'warn'],
  [{ kind: 'error', error: 'e', text }, 'error', 'bad'],
]

for (const [event, level, tone] of cases) {
  const { kind, text: _, ...facts } = event
  t.test(`the level and tone of ${kind} ${JSON.stringify(facts)}`, async t => {
    t.equal(levelOf(event), level)
    t.equal(toneOf(event), tone)
  })
}

const rows = documentedKinds()

t.test('the documentation has a row for each kind, in the order of the table', async t => {
  t.same([...rows.keys()], Object.keys(eventKinds))
})

for (const [name, kind] of Object.entries(eventKinds)) {
  t.test(`the documentation has the level and the metric of ${name}`, async t => {
    const found = cases.flatMap(([event, level]) => (event.kind === name ? level : []))
    const levels = typeof kind.level === 'string' ? [kind.level] : found
    t.same(rows.get(name)?.levels, [...new Set(levels)])
    const metric = 'counter' in kind ? `serf_haproxy_${kind.counter.metric}_total` : ''
    t.equal(rows.get(name)?.metric, metric)
  })
}

t.test('no two kinds share a counter, a metric or a label', async t => {
  const kinds = Object.values(eventKinds)
  const counters = kinds.flatMap(kind => ('counter' in kind ? [kind.counter] : []))
  t.equal(new Set(counters.map(({ name }) => name)).size, counters.length)
  t.equal(new Set(counters.map(({ metric }) => metric)).size, counters.length)
  t.equal(new Set(kinds.map(({ label }) => label)).size, kinds.length)
})

/** Rows of the table of kinds in docs/operations.md. */
function documentedKinds() {
  const file = new URL('../../../../../docs/operations.md', import.meta.url)
  const section = /^## The log\n([^]*?)^## /m.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  const cells = section
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => line.split('|').map(cell => cell.trim().replaceAll('`', '')))
  return new Map(
    cells.map(([, kind = '', levels = '', , metric]) => [
      kind,
      { levels: levels.split(' or '), metric },
    ]),
  )
}
