import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endProcess, startHaproxy, startSerfAgent, until } from 'real-components'
import t from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { agentClient } from '../../src/http/agent-client.js'
import { serveAgent } from '../../src/http/agent-server.js'
import { agentMetrics } from '../../src/metrics/agent-metrics.js'
import { processUse } from '../../src/metrics/process-metrics.js'
import { readinessOf, type Health } from '../../src/reporting/health.js'
import { key, skip, startCluster, type RealCluster } from './real-cluster.js'

/** Watches the health of a cluster's agent, over its control socket, and its metrics. */
async function watched(made: RealCluster) {
  const { agent, file } = made
  const configuration = loadConfiguration(file)
  const controlSocket = join(configuration.stateFolder, 'control.sock')
  const server = await serveAgent({ agent, controlSocket })
  const client = agentClient(configuration)
  const reasons = async () => (await client.get<Health>('/health')).reasons.join('\n')
  const metric = (name: string) => {
    const family = agentMetrics(agent.state(), processUse()).find(each => each.name === name)
    return family?.samples.map(sample => ('value' in sample ? sample.value : NaN))[0]
  }
  return {
    close: () => server.close(),
    /** Resolves when the reason is there, with the metric and the readiness that belong to it. */
    appears: (reason: RegExp, name: string, value: number, isReady: boolean) =>
      until(`the reason ${reason.source}`, async () => {
        if (!reason.test(await reasons()) || metric(name) !== value) return false
        const { ready, reasons: found } = readinessOf(agent.state())
        return ready === isReady && reason.test(found.join('\n'))
      }),
    isOver: () =>
      until('health', async () => (await reasons()) === '' && readinessOf(agent.state()).ready),
  }
}

t.test('each component that fails is a reason until it works again', { skip }, async t => {
  const made = await startCluster(t, { serf: 'resyncMs: 500' })
  const { agent, file, haproxy, lb, place } = made
  await made.member('s1')
  await made.pool('s1')
  const health = await watched(made)
  t.teardown(() => health.close())
  await health.isOver()

  const serfGone = /^the Serf agent at .* does not answer: /m
  lb.process.kill('SIGSTOP')
  await health.appears(serfGone, 'serf_haproxy_serf_connected', 0, false)
  lb.process.kill('SIGCONT')
  await health.isOver()
  await endProcess(lb.process, 'SIGKILL')
  await health.appears(serfGone, 'serf_haproxy_serf_connected', 0, false)
  const rpcKey = 'only for this test'
  await startSerfAgent(t, { name: 'lb', key, rpcKey, tags: { role: 'balancer' }, at: lb })
  await health.isOver()

  const { pid = 0 } = agent.state().haproxy
  for (const each of [haproxy.pid ?? 0, pid]) process.kill(each, 'SIGSTOP')
  await health.appears(/^HAProxy does not answer: /m, 'serf_haproxy_haproxy_reachable', 0, false)
  for (const each of [haproxy.pid ?? 0, pid]) process.kill(each, 'SIGCONT')
  await health.isOver()
  await endProcess(haproxy, 'SIGTERM')
  await health.appears(/^HAProxy does not answer: /m, 'serf_haproxy_haproxy_reachable', 0, false)
  await startHaproxy(t, place)
  await health.isOver()

  const good = readFileSync(file, 'utf8')
  writeFileSync(join(place.folder, 'own.hbs'), '{{#each}}')
  writeFileSync(file, `${good}\ntemplate: own.hbs\n`)
  t.match(await agent.configure(() => loadConfiguration(file)), /own\.hbs/)
  const invalid = /^the agent's configuration is invalid: .*own\.hbs/m
  await health.appears(invalid, 'serf_haproxy_configuration_refused', 1, true)
  writeFileSync(file, good)
  t.equal(await agent.configure(() => loadConfiguration(file)), undefined)
  await health.isOver()
})
