import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { until } from 'real-components'
import t from 'tap'
import { controlSocketOf } from '../../src/http/agent-client.js'
import { serveAgent } from '../../src/http/agent-server.js'
import { agentMetrics } from '../../src/metrics/agent-metrics.js'
import { processUse } from '../../src/metrics/process-metrics.js'
import { healthOf, readinessOf } from '../../src/reporting/health.js'
import type { Agent } from '../../src/agent/agent.js'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'
import { fill, mountSmallDisk, noMount, readOnly } from './small-disk.js'

/** The value of a metric without labels. */
function metric(agent: Agent, name: string): number | undefined {
  const found = agentMetrics(agent.state(), processUse()).find(each => each.name === name)
  const [sample] = found?.samples ?? []
  return sample && 'value' in sample ? sample.value : undefined
}

const reasonsOf = (agent: Agent) => healthOf(agent.state()).reasons.join('\n')
const isDraft = (name: string) => /draft|candidate|lock\.|\.\d+$/.test(name)

t.test(
  'an agent starts and follows while the disk refuses, and then writes everything',
  { skip: skip || noMount },
  async t => {
    const prepare = (folder: string) => mountSmallDisk(t, folder)
    const place = await startPlace(t, { prepare, more: 'stateFolder: state' })
    const { folder, file, configFile, servers } = place
    const names = async () => (await servers()).map(({ name }) => name).join(' ')
    const first = runAgent(t, file)
    first.tell([fakeMember(1), fakeMember(2), fakeMember(3)])
    await until('three servers', async () => (await names()) === 's1 s2 s3')
    await until('health', () => healthOf(first.agent.state()).status === 'ok')
    await first.stop()
    const controlSocket = controlSocketOf(join(folder, 'state'))
    const memory = () => readFileSync(join(folder, 'state', 'memory.json'), 'utf8')
    let left = [fakeMember(1), fakeMember(2), fakeMember(3)]
    for (const [refuse, code, refused] of [
      [fill, 'ENOSPC', ['lock']],
      [readOnly, 'EROFS', ['lock', 'control socket']],
    ] as const) {
      const allow = refuse(folder)
      const { agent, tell, stop } = runAgent(t, file)
      const server = await serveAgent({ agent, controlSocket, retryListenMs: 100 })
      left = left.slice(0, -1)
      tell(left)
      const wanted = left.map(({ name }) => name).join(' ')
      await until(`the servers ${wanted}`, async () => (await names()) === wanted)
      await until(
        `the reasons: the last round, ${refused.join(', ')}`,
        () =>
          /the last round failed: .*haproxy\.cfg/.test(reasonsOf(agent)) &&
          refused.every(place => reasonsOf(agent).includes(`the disk refuses the ${place}: `)),
      )
      t.match(reasonsOf(agent), code)
      t.notOk(readinessOf(agent.state()).ready)
      t.equal(metric(agent, 'serf_haproxy_round_failed'), 1)
      t.ok((metric(agent, 'serf_haproxy_disk_refused_files') ?? 0) >= refused.length)
      const serving = agent.state().members.filter(({ standing }) => standing === 'serving')
      t.same(
        serving.map(({ name }) => name),
        left.map(({ name }) => name),
      )
      const kept = await agent.freeze('now').catch((error: unknown) => error)
      // A full disk may have room again for a small file, after another one was removed.
      if (kept || code === 'EROFS')
        t.match(kept, { code: 'state-folder', message: /^Frozen until .*/ })
      else t.match(memory(), '"frozen"')
      t.equal(agent.state().mode, 'frozen')
      t.ok(
        reasonsOf(agent).includes('the disk refuses the state folder: ') ||
          memory().includes('"frozen"'),
        'the refusal is a reason until the freeze is on disk',
      )
      const refusal = await agent.thaw().catch((error: unknown) => error)
      if (refusal || code === 'EROFS')
        t.match(refusal, { code: 'state-folder', message: /^Following until .*/ })
      else t.notMatch(memory(), '"frozen"')
      // One may be there for the moment of another attempt.
      await until('no draft', () => readdirSync(folder).filter(isDraft).length === 0)
      allow()
      await until('health', () => healthOf(agent.state()).status === 'ok')
      t.same(readinessOf(agent.state()), { ready: true, reasons: [] })
      t.equal(metric(agent, 'serf_haproxy_round_failed'), 0)
      t.equal(metric(agent, 'serf_haproxy_disk_refused_files'), 0)
      t.notMatch(readFileSync(configFile, 'utf8'), `server s${left.length + 1} `)
      t.match(readFileSync(`${configFile}.lock`, 'utf8'), `"pid":${process.pid}`)
      t.notMatch(memory(), `"s${left.length + 1}"`)
      t.ok(statSync(controlSocket).isSocket())
      await server.close()
      await stop()
      t.same(readdirSync(folder).filter(isDraft), [])
    }
  },
)
