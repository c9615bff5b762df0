import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { endProcess } from 'real-components'
import t from 'tap'
import { agentLog, logEntry } from '../../src/reporting/log.js'
import type { AgentEvent, TimelineEntry } from '../../src/state/agent-event.js'

/** A log, and the lines that it has written. */
function logOf(level: string) {
  const lines: string[] = []
  const log = agentLog(level, { write: line => void lines.push(line) })
  const write = (event: AgentEvent, seq = 1) => logEntry(log, { seq, at: 5, ...event })
  const read = () => lines.map(line => JSON.parse(line) as Record<string, unknown>)
  return { log, lines, write, read }
}

const thawed: AgentEvent = { kind: 'thawed', text: 'Changes are applied again' }
const quarantine: AgentEvent = { kind: 'quarantine', quarantined: [], text: 'q' }
const failure: AgentEvent = { kind: 'error', error: 'x', code: 'timeout', text: 'e' }

t.test('an event is one line of JSON with its facts', async t => {
  const { lines, write, read } = logOf('info')
  const before = Date.now()
  write(failure, 7)
  t.equal(lines.length, 1)
  t.match(lines[0], /^\{[^\n]*\}\n$/)
  const [{ time, ...line } = {}] = read()
  t.same(line, { level: 'error', seq: 7, kind: 'error', error: 'x', code: 'timeout', text: 'e' })
  t.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.ok(Date.parse(String(time)) >= before, 'the time of the log, not that of the entry')
})

t.test('the entry stays as it is', async t => {
  const { log } = logOf('info')
  const entry: TimelineEntry = { seq: 1, at: 5, ...thawed }
  logEntry(log, entry)
  t.same(entry, { seq: 1, at: 5, ...thawed })
})

t.test('the level of a line is that of its event', async t => {
  const { write, read } = logOf('debug')
  for (const event of [thawed, quarantine, failure]) write(event)
  write({ kind: 'connection', to: 'serf', isUp: true, text: 'up' })
  write({ kind: 'connection', to: 'serf', isUp: false, text: 'down' })
  t.same(
    read().map(({ level }) => level),
    ['info', 'warn', 'error', 'info', 'warn'],
  )
})

for (const [level, expected] of [
  ['debug', ['thawed', 'quarantine', 'error']],
  ['info', ['thawed', 'quarantine', 'error']],
  ['warn', ['quarantine', 'error']],
  ['error', ['error']],
  ['silent', []],
] as const)
  t.test(`a log of the level ${level} has ${expected.length} of 3 lines`, async t => {
    const { write, read } = logOf(level)
    for (const event of [thawed, quarantine, failure]) write(event)
    t.same(
      read().map(({ kind }) => kind),
      expected,
    )
  })

t.test('a hostile name cannot break a line, nor reach the terminal', async t => {
  const { lines, write, read } = logOf('info')
  const member = '\u001b[2J\n{"level":"info"}\u0000"'
  write({ kind: 'membership', change: 'joined', members: [member], cause: 'log', text: member })
  t.equal(lines.length, 1)
  t.notMatch(lines[0]?.trimEnd(), /\p{Cc}/u)
  t.match(read(), [{ members: [member], text: member, level: 'info' }])
})

t.test('the log has no process id and no host name', async t => {
  const { write, read } = logOf('info')
  write(thawed)
  t.same(Object.keys(read()[0] ?? {}).toSorted(), ['kind', 'level', 'seq', 'text', 'time'])
})

t.test('an unknown level is an error', async t => {
  t.throws(() => logOf('loud'), /level/)
})

t.test('a log that is not read does not stop the process, and says what is missing', async t => {
  const module = new URL('../../src/reporting/log.js', import.meta.url).href
  const program = `
    import { agentLog } from ${JSON.stringify(module)}
    const log = agentLog('info')
    for (let n = 0; n < 100_000; n++) log.info({ n }, 'x'.repeat(300))
    process.send('written')
    process.once('message', () => { log.info('read again'); process.disconnect() })
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  t.teardown(() => endProcess(child))
  const [message] = (await once(child, 'message')) as [string]
  t.equal(message, 'written', '100,000 lines are written to a pipe that is full')
  let text = ''
  let isAsked = false
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text += more
    if (isAsked || text.length < 1_000_000) return
    isAsked = true
    child.send('go on')
  })
  await once(child, 'close')
  const lines = text.trimEnd().split('\n')
  const texts = lines.map(line => (JSON.parse(line) as { text: string }).text)
  const [, missing] = /^(\d+) lines of the log are missing/.exec(texts.at(-1) ?? '') ?? []
  t.equal(texts.at(-2), 'read again')
  t.equal(Number(missing) + lines.length - 2, 100_000)
})
