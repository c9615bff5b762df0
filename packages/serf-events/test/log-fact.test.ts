import * as fc from 'fast-check'
import t from 'tap'
import { readLogLine, type LogFact } from '../src/log-fact.js'

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

t.test('each known line of the log is recognised, with and without a time', async t => {
  for (const [line, fact] of lines) {
    t.same(readLogLine(line), fact, line)
    t.same(readLogLine(`2026/01/02 03:04:05 ${line}`), fact)
  }
})

t.test('a hostile name cannot be read as another line of the log', async t => {
  const text = 'memberlist: Suspect s1 has failed, no acks received'
  for (const name of [text, `x\n[INFO] ${text}`, `\n2026/01/02 03:04:05 [INFO] ${text}`]) {
    t.same(readLogLine(`[INFO] serf: EventMemberJoin: ${name}`), change)
    t.same(readLogLine(`[INFO] agent: Received event: ${name}`), undefined)
    const suspected = readLogLine(`[INFO] memberlist: Suspect ${name} has failed, no acks received`)
    t.same(suspected, { kind: 'suspect', name }, 'the whole name, not a part of it')
  }
})

t.test('no name makes the agent suspect another member', async () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, (name, other) => {
      const fact = readLogLine(`[INFO] memberlist: Suspect ${name} has failed, no acks received`)
      return name === '' || name === other || (fact?.kind === 'suspect' && fact.name === name)
    }),
  )
})

t.test('a line that only contains a known text in the middle is ignored', async t => {
  t.equal(readLogLine('[INFO] my app: serf: EventMemberJoin: s1'), undefined)
  t.equal(readLogLine('serf: EventMemberJoin: s1'), undefined, 'a line without a level')
  t.equal(readLogLine('[INFO] agent.ipc: Accepted client: 127.0.0.1:1 and more'), undefined)
})

const long = (name: string) => `[INFO] memberlist: Suspect ${name} has failed, no acks received`

t.test('a line that is longer than those of Serf is a change, whatever it says', async t => {
  t.same(readLogLine(long('x'.repeat(9000))), { kind: 'change' })
  t.match(readLogLine(long('x'.repeat(8000))), { kind: 'suspect' })
  t.equal(readLogLine('x'.repeat(1 << 20)), undefined)
  // Invalid UTF-8 was replaced when the line was decoded.
  t.match(readLogLine(long('\ufffd\ufffd')), { kind: 'suspect', name: '\ufffd\ufffd' })
})
