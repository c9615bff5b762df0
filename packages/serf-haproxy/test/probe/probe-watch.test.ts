import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HaproxyError } from 'haproxy-runtime'
import { loopbackAddress, until } from 'real-components'
import t, { type Test } from 'tap'
import { ProbeWatch } from '../../src/probe/probe-watch.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'
import { fakeClock } from '../fake-clock.js'
import { applied, outcomeFact } from '../reporting/sample-facts.js'

const away = () => Promise.reject(new HaproxyError('timeout', 'late'))
const known = async () => ({ pid: 7 })

/** A watch of a web server that answers `status`; `probes` counts its requests. */
async function scene(
  t: Test,
  {
    info = known,
    timeoutMs = 60_000,
  }: { info?: () => Promise<{ pid: number }>; timeoutMs?: number } = {},
) {
  const server = { status: 200, probes: 0 }
  const web = createServer((_, response) => {
    server.probes++
    response.writeHead(server.status, { 'x-worker': 7 }).end()
  })
  web.listen(0, loopbackAddress())
  t.teardown(() => web.close().closeAllConnections())
  await once(web, 'listening')
  const { address, port } = web.address() as AddressInfo
  const journal = new AgentJournal(fakeClock(), () => {})
  const watch = new ProbeWatch(journal)
  const stop = new AbortController()
  const { haproxy } = configurationIn('/nowhere')
  const probe = {
    url: `http://${address}:${port}/`,
    timeoutMs,
    workerHeader: 'x-worker',
  }
  const runtime = { info: async () => ({ ...(await info()), version: '3.0', uptimeSeconds: 1 }) }
  const configuration = { haproxy: { ...haproxy, probe }, reconcileMs: 20 }
  const running = watch.run({ configuration, runtime }, stop.signal)
  const end = async () => {
    stop.abort()
    await running
  }
  t.teardown(end)
  return { server, journal, watch, end, runtime, configuration }
}

const texts = (journal: AgentJournal) => journal.timeline.entries().map(({ text }) => text)

t.test('each change is probed, and nothing before the first', async t => {
  const { server, journal, watch } = await scene(t)
  watch.wake()
  t.equal(server.probes, 0)
  journal.dispatch(outcomeFact(applied(1)))
  watch.wake()
  await until('the first probe', () => server.probes === 1)
  journal.dispatch(outcomeFact(applied(2)))
  await until('the second probe', () => server.probes === 2)
})

t.test('a failure is reported once, with the generation, and so is its end', async t => {
  const { server, journal } = await scene(t, { timeoutMs: 50 })
  server.status = 503
  journal.dispatch(outcomeFact(applied(4)))
  await until('the failure', () => journal.record.probeFault)
  const probes = server.probes
  await until('further probes', () => server.probes > probes + 2)
  server.status = 200
  await until('the pass', () => journal.record.probeFault === undefined)
  t.match(texts(journal).slice(-2), [
    /^The probe through HAProxy fails after generation 4: http:/,
    'The probe through HAProxy passes again',
  ])
  t.equal(journal.record.counters.probeFailures, 1)
})

t.test('a HAProxy whose worker is not known is probed too', async t => {
  const { server, journal } = await scene(t, { info: away })
  journal.dispatch(outcomeFact(applied(1)))
  await until('the probe', () => server.probes > 0)
  t.equal(journal.record.probeFault, undefined)
})

t.test('a configuration without a probe ends the failure of one before', async t => {
  const { server, journal, watch, end, runtime, configuration } = await scene(t, {
    timeoutMs: 50,
  })
  server.status = 503
  journal.dispatch(outcomeFact(applied(1)))
  await until('the failure', () => journal.record.probeFault)
  await end()
  const { probe: _, ...haproxy } = configuration.haproxy
  const none = { configuration: { ...configuration, haproxy }, runtime }
  await watch.run(none, new AbortController().signal)
  t.equal(journal.record.probeFault, undefined)
})
