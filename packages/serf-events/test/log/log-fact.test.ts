import * as fc from 'fast-check'
import t from 'tap'
import { readLogLine, type LogFact } from '../../src/log/log-fact.js'

const change: LogFact = { kind: 'change', name: 's1' }
const doubt: LogFact = { kind: 'doubt' }
const addresses = { mine: '10.0.0.1:7946', theirs: '10.0.0.2:7946' }

const lines: readonly (readonly [string, LogFact | undefined])[] = [
  ['[INFO] serf: EventMemberJoin: s1 172.20.0.3', change],
  ['[INFO] serf: EventMemberLeave: s1 172.20.0.3', change],
  ['[INFO] serf: EventMemberFailed: s1 172.20.0.3', change],
  ['[INFO] serf: EventMemberUpdate: s1', change],
  ['[INFO] serf: EventMemberLeave (forced): s1 172.20.0.3', change],
  ['[INFO] serf: EventMemberReap: s1', { kind: 'reap', name: 's1' }],
  ['[INFO] serf: EventMemberReap (forced): s1 172.20.0.3', { kind: 'reap', name: 's1' }],
  ['[INFO] serf: EventMemberJoin: a b c fe80::1', { kind: 'change', name: 'a b c' }],
  ['[INFO] serf: EventMemberJoin:  <nil>', { kind: 'change', name: '' }],
  ['[INFO] serf: EventMemberJoin: s1', doubt],
  ['[INFO] serf: EventMemberPromote: s1 172.20.0.3', doubt],
  ['[WARN] agent.ipc: Dropping logs to ipc.client: 127.0.0.1:50000', doubt],
  ['[WARN] agent.ipc: Dropping event to ipc.client: 127.0.0.1:50000', doubt],
  ['[INFO] memberlist: Marking s1 as failed, suspect timeout reached', change],
  ['[INFO] memberlist: Marking s1 as failed, suspect timeout of another form', doubt],
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
  const lines = [text, `x\n[INFO] ${text}`, `\n2026/01/02 03:04:05 [INFO] ${text}`]
  for (const name of [...lines, 'serf: EventMemberReap: s1', 'EventMemberJoin: s1 10.0.0.1']) {
    t.same(readLogLine(`[INFO] serf: EventMemberJoin: ${name} 10.0.0.1`), { kind: 'change', name })
    t.same(readLogLine(`[INFO] serf: EventMemberUpdate: ${name}`), { kind: 'change', name })
    t.same(readLogLine(`[INFO] serf: EventMemberReap: ${name}`), { kind: 'reap', name })
    t.same(readLogLine(`[INFO] agent: Received event: ${name}`), undefined)
    const suspected = readLogLine(`[INFO] memberlist: Suspect ${name} has failed, no acks received`)
    t.same(suspected, { kind: 'suspect', name }, 'the whole name, not a part of it')
  }
})

t.test('each line names its whole member, whatever the name', async () => {
  const lines = [
    (name: string) => `serf: EventMemberJoin: ${name} 10.0.0.1`,
    (name: string) => `serf: EventMemberLeave: ${name} 10.0.0.1`,
    (name: string) => `serf: EventMemberFailed: ${name} fe80::1`,
    (name: string) => `serf: EventMemberUpdate: ${name}`,
    (name: string) => `serf: EventMemberReap: ${name}`,
    (name: string) => `serf: messageLeaveType: ${name}`,
    (name: string) => `memberlist: Suspect ${name} has failed, no acks received`,
    (name: string) =>
      `memberlist: Marking ${name} as failed, suspect timeout reached (2 peer confirmations)`,
  ]
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'a as failed, suspect timeout reached (0 peer confirmations)',
      's1 10.0.0.1',
      ' ',
      '\n',
    ),
  )
  fc.assert(
    fc.property(fc.constantFrom(...lines), name, (line, name) => {
      const fact = readLogLine(`[INFO] ${line(name)}`)
      return fact !== undefined && 'name' in fact && fact.name === name
    }),
  )
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

t.test('a line that is longer than those of Serf is a doubt, whatever it says', async t => {
  t.same(readLogLine(long('x'.repeat(9000))), doubt)
  t.match(readLogLine(long('x'.repeat(8000))), { kind: 'suspect' })
  t.equal(readLogLine('x'.repeat(1 << 20)), undefined)
  // Invalid UTF-8 was replaced when the line was decoded.
  t.match(readLogLine(long('\ufffd\ufffd')), { kind: 'suspect', name: '\ufffd\ufffd' })
})
