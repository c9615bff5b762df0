import * as fc from 'fast-check'
import t from 'tap'
import { contest, noDoubts, refute, settle, suspect } from '../src/doubts.js'
import { readLogLine, type LogFact } from '../src/log-fact.js'
import { member } from './scripted-agent.js'

const change: LogFact = { kind: 'change' }
const addresses = { mine: '10.0.0.1:7946', theirs: '10.0.0.2:7946' }

const lines: readonly (readonly [string, LogFact | undefined])[] = [
  ['[INFO] serf: EventMemberJoin: s1 172.20.0.3', change],
  ['[INFO] serf: EventMemberLeave: s1 172.20.0.3', change],
  ['[INFO] serf: EventMemberFailed: s1 172.20.0.3', change],
  ['[INFO] serf: EventMemberUpdate: s1', change],
  ['[INFO] serf: EventMemberReap: s1', change],
  ['[DEBUG] serf: messageLeaveType: s1', { kind: 'leave', name: 's1' }],
  [
    '[INFO] memberlist: Marking s1 as failed, suspect timeout reached (0 peer confirmations)',
    change,
  ],
  ['[INFO] memberlist: Suspect s1 has failed, no acks received', { kind: 'suspect', name: 's1' }],
  [
    '[ERR] memberlist: Conflicting address for s1. Mine: 10.0.0.1:7946 Theirs: 10.0.0.2:7946',
    { kind: 'conflict', name: 's1', ...addresses },
  ],
  [
    '[ERR] memberlist: Conflicting address for s. 1. Mine: 10.0.0.1:7946 Theirs: 10.0.0.2:7946 Old state: 0',
    { kind: 'conflict', name: 's. 1', ...addresses },
  ],
  [
    '[INFO] agent.ipc: Accepted client: 127.0.0.1:50000',
    { kind: 'accepted', address: '127.0.0.1:50000' },
  ],
  ['[WARN] memberlist: Refuting a suspect message (from: s1)', undefined],
  ['[INFO] agent: Received event: member-join', undefined],
  ['[INFO] serf: attempting reconnect to s1 10.0.0.1:7946', undefined],
  ['[DEBUG] memberlist: Initiating push/pull sync with: 10.0.0.1:7946', undefined],
  ['', undefined],
]

t.test('a line of the log tells what it tells, with its time and without', async t => {
  for (const [line, fact] of lines) {
    t.same(readLogLine(line), fact, line)
    t.same(readLogLine(`2026/01/02 03:04:05 ${line}`), fact)
  }
})

t.test('a hostile name cannot pass for another line of the log', async t => {
  const words = 'memberlist: Suspect s1 has failed, no acks received'
  for (const name of [words, `x\n[INFO] ${words}`, `\n2026/01/02 03:04:05 [INFO] ${words}`]) {
    t.same(readLogLine(`[INFO] serf: EventMemberJoin: ${name}`), change)
    t.same(readLogLine(`[INFO] agent: Received event: ${name}`), undefined)
    const suspected = readLogLine(`[INFO] memberlist: Suspect ${name} has failed, no acks received`)
    t.same(suspected, { kind: 'suspect', name }, 'the whole name, and no part of it')
  }
})

t.test('whatever stands in a name, the agent suspects nobody else', async () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, (name, other) => {
      const fact = readLogLine(`[INFO] memberlist: Suspect ${name} has failed, no acks received`)
      return name === '' || name === other || (fact?.kind === 'suspect' && fact.name === name)
    }),
  )
})

t.test('a suspicion ends with the member that is not alive any more', async t => {
  const doubts = suspect(suspect(noDoubts, 's1', 0), 's2', 0)
  const members = new Map([
    ['s1', member('s1')],
    ['s2', member('s2', { status: 'failed' })],
  ])
  t.same([...settle(doubts, members, 1).suspectedAt.keys()], ['s1'])
  t.same(settle(doubts, new Map(), 1), noDoubts, 'or is unknown')
})

t.test('a suspicion ends with its refutation, or after a minute', async t => {
  const members = new Map([['s1', member('s1')]])
  const doubts = suspect(noDoubts, 's1', 1000)
  t.same(refute(doubts, 's1'), noDoubts)
  t.equal(settle(doubts, members, 60_999).suspectedAt.size, 1)
  t.equal(settle(doubts, members, 61_000).suspectedAt.size, 0)
  t.same(doubts.suspectedAt.get('s1'), 1000, 'what was given is not changed')
})

t.test('a conflict ends when nothing is said of it for half a minute', async t => {
  const members = new Map([['s1', member('s1')]])
  const doubts = contest(noDoubts, 's1', addresses, 0)
  t.match(settle(doubts, members, 29_999).conflicts.get('s1'), addresses)
  t.equal(settle(doubts, members, 30_000).conflicts.size, 0)
  const again = contest(doubts, 's1', addresses, 20_000)
  t.equal(settle(again, members, 30_000).conflicts.size, 1)
})
