import type { Check } from 'haproxy-config-render'
import t from 'tap'
import { byName } from '../by-name.js'
import { AgentError } from '../../src/agent-error.js'
import { CurrentConfiguration } from '../../src/agent/current-configuration.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import type { TimelineEntry } from '../../src/state/agent-event.js'
import { fakeClock } from '../fake-clock.js'
import { configurationIn } from './fake-haproxy-place.js'

const member = { name: 's1', address: '10.0.0.1', tags: { role: 'backend' } }
const accepts: Check = async () => ({ ok: true })
const rejects: Check = async () => ({ ok: false, report: 'line 3: x', problems: [], line: 3 })

/** A configuration that is in use, and its clock and events. */
function scene() {
  const clock = fakeClock()
  const events: TimelineEntry[] = []
  const journal = new AgentJournal(clock, entry => events.push(entry))
  const first = configurationIn('/nowhere')
  const current = new CurrentConfiguration(first, clock, journal)
  return { clock, events, first, current, journal, loadedAt: clock.wallTime() }
}

t.test('the first configuration is in use from the start', async t => {
  const { current, first, loadedAt, events } = scene()
  t.equal(current.value, first)
  t.same(current.inUse, { configuration: first, loadedAt, refused: undefined })
  t.same(events, [])
})

t.test('a valid configuration replaces the previous one, with its time', async t => {
  const { current, clock, events } = scene()
  clock.pass(500)
  const next = configurationIn('/nowhere', { reconcileMs: 700 })
  t.equal(await current.replace(() => next, byName(member), { check: accepts }), undefined)
  t.same(current.inUse, { configuration: next, loadedAt: clock.wallTime(), refused: undefined })
  t.equal(current.value, next)
  t.match(events, [{ kind: 'configuration', isAccepted: true, text: 'New configuration accepted' }])
  t.equal(events.length, 1)
})

t.test('HAProxy checks the rendering of the members that are there', async t => {
  const { current } = scene()
  const checked: string[] = []
  const check: Check = async text => {
    checked.push(text)
    return { ok: true }
  }
  const next = configurationIn('/nowhere', { pools: [{ name: 'web', port: 4000 }] })
  await current.replace(() => next, byName(member), { check })
  t.equal(checked.length, 1)
  t.match(checked[0], /backend web\n(?:.*\n)*? +server s1 10\.0\.0\.1:4000/)
})

/** Configurations that are rejected, and the error of each. */
const rejected: readonly [string, () => ReturnType<typeof configurationIn>, Check, RegExp][] = [
  [
    'a file that cannot be loaded',
    () => {
      throw new AgentError('configuration', 'agent.yaml:3: x')
    },
    accepts,
    /^agent\.yaml:3: x$/,
  ],
  [
    'a setting that a running agent cannot change',
    () => configurationIn('/elsewhere'),
    accepts,
    /^stateFolder, haproxy\.configFile: changed; expected the same values until a restart/,
  ],
  [
    'another listening address',
    () => configurationIn('/nowhere', { listen: '127.0.0.1:9999' }),
    accepts,
    /^listen: changed; expected/,
  ],
  [
    'a key file that is missing',
    () => configurationIn('/nowhere', { serf: { authKeyFile: '/nowhere/key' } }),
    accepts,
    /^cannot read the key file \/nowhere\/key: ENOENT/,
  ],
  [
    'a template that is missing',
    () => configurationIn('/nowhere', { template: '/nowhere/my.hbs' }),
    accepts,
    /\/nowhere\/my\.hbs/,
  ],
  [
    'a rendering that HAProxy rejects',
    () => configurationIn('/nowhere'),
    rejects,
    /^HAProxy rejects its rendering: line 3: x$/,
  ],
]

for (const [name, load, check, message] of rejected)
  t.test(`${name} leaves the previous configuration in use`, async t => {
    const { current, clock, first, loadedAt, events } = scene()
    clock.pass(500)
    const refused = await current.replace(load, byName(member), { check })
    t.match(refused, message)
    t.equal(current.value, first)
    t.same(current.inUse, { configuration: first, loadedAt, refused })
    const text = `New configuration rejected; the previous one stays in use: ${refused}`
    const event = { kind: 'configuration', isAccepted: false, error: refused, text }
    t.same(events, [{ seq: 1, at: clock.wallTime(), ...event }])
  })

t.test('a valid configuration after an invalid one clears the error', async t => {
  const { current, clock } = scene()
  const first = current.inUse
  await current.replace(() => configurationIn('/elsewhere'), new Map(), { check: accepts })
  t.ok(current.inUse.refused)
  t.equal(first.refused, undefined, 'the data of before is as it was')
  clock.pass(1)
  await current.replace(() => configurationIn('/nowhere'), new Map(), { check: accepts })
  t.match(current.inUse, { refused: undefined, loadedAt: clock.wallTime() })
})

/** A configuration that HAProxy refuses until `fix` is called; each report has another process id. */
async function refusedScene() {
  const made = scene()
  let report: string | undefined = 'unknown resolver'
  let checks = 0
  const check: Check = async () => {
    checks++
    return report === undefined
      ? { ok: true }
      : { ok: false, report: `[ALERT] (${checks}) : ${report}`, problems: [], line: undefined }
  }
  const work = (pid: number) =>
    made.journal.dispatch({
      kind: 'observation',
      observation: { haproxy: { reachable: true, pid }, servers: new Map() },
    })
  work(1)
  const next = configurationIn('/nowhere', { reconcileMs: 700 })
  await made.current.replace(() => next, new Map(), { check })
  const setReport = (to: string | undefined) => void (report = to)
  const rejections = () =>
    made.events.flatMap(event => (event.kind === 'configuration' ? event.isAccepted : []))
  return { ...made, next, work, setReport, rejections, checks: () => checks }
}

t.test('a refused configuration is tried again every 30 s, and reported once', async t => {
  const { current, clock, next, setReport, rejections, checks } = await refusedScene()
  const before = checks()
  clock.pass(29_999)
  await current.retryRefused(new Map())
  t.equal(checks(), before, 'it is too early')
  clock.pass(1)
  await current.retryRefused(new Map())
  const tried = checks()
  t.ok(tried > before)
  await current.retryRefused(new Map())
  t.equal(checks(), tried, 'the interval starts again')
  t.same(rejections(), [false])
  setReport(undefined)
  clock.pass(30_000)
  await current.retryRefused(new Map())
  t.match(current.inUse, { configuration: next, refused: undefined })
  t.same(rejections(), [false, true])
  clock.pass(30_000)
  await current.retryRefused(new Map())
  t.equal(checks(), tried + 1, 'what is in use is not tried again')
})

t.test('a refused configuration is tried again when HAProxy has another worker', async t => {
  const { current, work, setReport, checks, next } = await refusedScene()
  const before = checks()
  await current.retryRefused(new Map())
  t.equal(checks(), before)
  setReport(undefined)
  work(2)
  await current.retryRefused(new Map())
  t.equal(current.value, next)
})

t.test('another error of a refused configuration is reported', async t => {
  const { current, work, setReport, rejections } = await refusedScene()
  setReport('unknown peer')
  work(2)
  await current.retryRefused(new Map())
  t.match(current.inUse.refused, /unknown peer/)
  t.same(rejections(), [false, false])
})

t.test('no attempt starts while another one runs', async t => {
  const { current, clock, next, checks } = await refusedScene()
  clock.pass(30_000)
  const before = checks()
  const newer = { ...next, reconcileMs: 800 }
  const replacing = current.replace(() => newer, new Map(), { check: accepts })
  await current.retryRefused(new Map())
  t.equal(await replacing, undefined)
  t.equal(current.value, newer)
  t.equal(checks(), before)
})
