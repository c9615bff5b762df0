import t from 'tap'
import type { Outcome } from 'haproxy-reloader'
import {
  entryFor,
  openExplanation,
  openGeneration,
  stateFor,
  withoutQuotes,
} from '../../src/views/open-view.js'
import type { AgentEvent } from '../../src/state/agent-event.js'
import { memberNamed, stateWith } from '../sample-state.js'

const secret = 'hunter2'
const server = { name: 's1', address: '10.0.0.1', port: 80, weight: 100, options: `key ${secret}` }
const plan = {
  kind: 'reload' as const,
  reason: 'the options of web/s1 differ',
  operations: [{ kind: 'add' as const, pool: 'web', server }],
  draining: [],
}
const rejected = { member: 's1', pool: 'web', code: 'rejected' as const, reason: `line: ${secret}` }
const tag = { member: 's2', pool: 'web', code: 'tag' as const, reason: 'its tag zone is too long' }

t.test('the full view is the state itself', async t => {
  const state = stateWith({ fault: { at: 1, error: `"${secret}"` } })
  t.equal(stateFor(state, 'full'), state)
})

t.test(
  'the open state has every number, cause and name, and no text of a configuration',
  async t => {
    const state = stateWith({
      members: [
        memberNamed('s1', {
          decidedBy: 'fitness',
          standing: 'quarantined',
          reason: `line: ${secret}`,
        }),
        memberNamed('s2', { decidedBy: 'fitness', standing: 'quarantined', reason: tag.reason }),
      ],
      quarantined: [rejected, tag],
      outcome: { kind: 'applied', via: 'reload', generation: 7, plan, tookMs: 3 },
      fault: {
        at: 1,
        error: `t.hbs:3:4: A value cannot be printed here: expected a text, got "${secret}"`,
      },
      probeFault: { at: 1, error: `http://a/: expected the status 200, got 503 "${secret}"` },
      configuration: {
        loadedAt: 1,
        refused: `a.yaml:3: stats: expected ADDRESS:PORT, got ${secret}`,
      },
    })
    const open = stateFor(state, 'open')
    t.notMatch(JSON.stringify(open), secret)
    t.match(open, {
      members: [{ name: 's1', reason: /HAProxy rejects its lines/ }, { reason: tag.reason }],
      quarantined: [{ member: 's1' }, tag],
      outcome: {
        generation: 7,
        plan: {
          reason: plan.reason,
          operations: [{ kind: 'add', server: { name: 's1', options: '' } }],
        },
      },
      fault: { error: 't.hbs:3:4: A value cannot be printed here: expected a text, got “…”' },
      configuration: { refused: 'a.yaml:3: stats: expected ADDRESS:PORT, got “…”' },
    })
  },
)

t.test('no outcome says in the open what HAProxy or a file said', async t => {
  const outcomes: Outcome[] = [
    { kind: 'rejected', report: secret, line: 3, server: 's1' },
    { kind: 'rolled-back', cause: secret },
    { kind: 'deferred', cause: `cannot read "${secret}"` },
    { kind: 'unchanged', plan },
    { kind: 'superseded' },
  ]
  for (const outcome of outcomes) {
    const event: AgentEvent = { kind: 'outcome', outcome, cause: 's1 joined', text: secret }
    const entry = entryFor({ seq: 1, at: 1, ...event }, 'open')
    t.notMatch(JSON.stringify(entry), secret, outcome.kind)
    t.match(entry, { kind: 'outcome', cause: 's1 joined', outcome: { kind: outcome.kind } })
  }
})

t.test('entries about errors keep their sentence, without what it quotes', async t => {
  const text = `values.x: got "${secret}"`
  const events: AgentEvent[] = [
    { kind: 'error', error: text, text },
    { kind: 'configuration', isAccepted: false, error: text, text },
    { kind: 'connection', to: 'haproxy', isUp: false, error: text, text },
    { kind: 'probe-failed', error: text, text },
    { kind: 'drift', count: 1, text },
    { kind: 'quarantine', quarantined: [rejected], text: '1 member is left out of a pool' },
  ]
  for (const event of events)
    t.notMatch(JSON.stringify(entryFor({ seq: 1, at: 1, ...event }, 'open')), secret, event.kind)
  const thawed = { seq: 1, at: 1, kind: 'thawed' as const, text: 'Changes are applied again' }
  t.equal(entryFor(thawed, 'open'), thawed)
})

t.test('an open generation has no difference, and its servers have no options', async t => {
  const whole = {
    number: 3,
    at: 1,
    cause: 's1 joined',
    via: 'reload' as const,
    plan,
    diff: secret,
    tookMs: 2,
  }
  const open = openGeneration(whole)
  t.notMatch(JSON.stringify(open), secret)
  t.notOk('diff' in open)
  t.match(open, {
    number: 3,
    cause: 's1 joined',
    tookMs: 2,
    plan: { operations: [{ kind: 'add' }] },
  })
})

t.test('an explanation keeps its rules, without the words of HAProxy about a line', async t => {
  const open = openExplanation({
    member: 's1',
    isKnown: true,
    times: {},
    now: `s1 is quarantined: '${secret}'`,
    rules: [
      { rule: 'web: fit (rejected)', holds: false, found: secret, wanted: 'no finding' },
      { rule: 'web: tag role', holds: false, found: 'db', wanted: 'web' },
    ],
  })
  t.notMatch(JSON.stringify(open), secret)
  t.match(open.rules[1], { found: 'db' })
})

t.test('what an error quotes is left out, in any quotes and behind got', async t => {
  t.equal(withoutQuotes(`a "b \\" c" d 'e' f`), 'a “…” d “…” f')
  t.equal(
    withoutQuotes('expected a, got 12 34\nnext, got no line'),
    'expected a, got “…”\nnext, got no line',
  )
})
