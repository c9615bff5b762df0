import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { endProcess, missingProgram, temporaryFolder, until } from 'real-components'
import t, { type Test } from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { serveAgent } from '../../src/http/agent-server.js'
import { queryPanels, readDashboard } from '../monitoring/dashboard.js'
import { alertRules, metricsIn, monitoringFolder } from '../monitoring/monitoring-files.js'
import { drawnDashboard } from './drawn-dashboard.js'
import { blocksOf } from './page-blocks.js'
import { startPrometheus, type Prometheus } from './prometheus.js'
import { skip as noCluster, startCluster, type RealCluster } from './real-cluster.js'

const skip = noCluster || missingProgram('prometheus', 'promtool', 'curl')
const page = 'monitoring.md'
const [yaml = '', ...otherYaml] = blocksOf(page, 'yaml')
const [scrape = '', install = '', edit = '', ask = '', ...otherCommands] = blocksOf(page, 'sh')

/** The dashboard with the data of this test, to look at; it is no part of the repository. */
const drawing = fileURLToPath(new URL('../../../.tap/dashboard.html', import.meta.url))

/** Starts a cluster with traffic, changes and a reload, whose agent serves its metrics. */
async function startSite(t: Test): Promise<RealCluster & { readonly target: string }> {
  const cluster = await startCluster(t)
  const { agent, file, member, pool } = cluster
  const { listen } = loadConfiguration(file)
  const server = await serveAgent({ agent, listen })
  t.teardown(() => server.close())
  await member('s1')
  await pool('s1')
  return { ...cluster, target: `${listen?.address}:${listen?.port}` }
}

/** Returns a runner of the page's commands, in which Debian's places are in a folder. */
function machine(t: Test, target: string) {
  const folder = temporaryFolder(t)
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  mkdirSync(join(folder, 'prometheus'))
  let [url, pid] = ['', '']
  const placed = (text: string) =>
    text
      .replaceAll('/etc/prometheus', join(folder, 'prometheus'))
      .replaceAll('/usr/share/serf-haproxy/monitoring/', monitoringFolder)
      .replaceAll('http://127.0.0.1:9090', url)
      .replaceAll(/10\.0\.0\.\d:9642/g, target)
  const configFile = placed('/etc/prometheus/prometheus.yml')
  // 15 s are long for a test, and the second load balancer is not there.
  const text = placed(yaml)
    .replaceAll('15s', '500ms')
    .replace(/, '[^']*'\]/, ']')
  writeFileSync(configFile, text)
  return {
    configFile,
    /** Takes the place of the unit prometheus.service. */
    use({ url: address, process }: Prometheus) {
      ;[url, pid] = [address, String(process.pid)]
      const stub = join(bin, 'systemctl')
      writeFileSync(stub, `#!/bin/sh\n[ "$*" = 'reload prometheus' ] && kill -HUP ${pid}\n`)
      chmodSync(stub, 0o755)
    },
    /** Runs commands of the page, each of which has to succeed. */
    async run(commands: string) {
      const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` }
      const shell = ['-euc', placed(commands)]
      return (await promisify(execFile)('sh', shell, { cwd: folder, env })).stdout
    },
  }
}

/** Has a member join, and HAProxy reload, so that each count of the dashboard goes up. */
async function changeAndReload({ agent, file, member, pool }: RealCluster): Promise<void> {
  await member('s2')
  await pool('s1', 's2')
  writeFileSync(file, readFileSync(file, 'utf8').replace('{ name: web,', '{ name: www,'))
  await agent.configure(() => loadConfiguration(file))
  await until('the reload', () => agent.state().counters.reloads > 0)
}

/** Puts values into the variables of the dashboard. */
const filled = (expression: string) =>
  expression
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$job', 'serf-haproxy')
    .replaceAll('$instance', '.*')

t.test('the how-to has the blocks that are tested here', async t => {
  t.strictSame([otherYaml, otherCommands], [[], []])
})

t.test('Prometheus reads the agent, by the steps of the how-to', { skip }, async t => {
  const site = await startSite(t)
  const there = machine(t, site.target)
  const prometheus = await startPrometheus(t, there.configFile)
  there.use(prometheus)
  // promtool is silent where it has nothing to say.
  t.equal(await there.run(scrape), '')
  t.match(await there.run(install), /SUCCESS: .*prometheus\.yml is valid/)
  t.match(await there.run(edit), 'SUCCESS')
  const states = await until('the rules', async () => {
    const found = await prometheus.rules()
    return found.length > 0 && found.every(({ health }) => health !== 'unknown') && found
  })
  t.strictSame(
    states.map(({ name, health }) => ({ name, health })),
    alertRules().map(({ alert }) => ({ name: alert, health: 'ok' })),
  )
  await until('the agent', async () => /=> 1 @/.test(await there.run(ask)))

  await t.test('each alert asks for data that is there', async t => {
    for (const { alert, expr } of alertRules())
      for (const name of [...metricsIn(expr), 'up'])
        t.ok((await prometheus.query(name)).length > 0, `${alert}: ${name}`)
  })

  await t.test('each query of the dashboard gives data', async t => {
    await changeAndReload(site)
    const panels = []
    for (const { title, description, targets } of queryPanels(readDashboard())) {
      const queries = []
      for (const { expr } of targets) {
        const expression = filled(expr)
        const found = await until(
          `data of ${expression}`,
          async () => {
            const series = await prometheus.query(expression)
            return series.some(({ value }) => Number.isFinite(value)) && series
          },
          10_000,
        )
        for (const { metric } of found) t.equal(metric['instance'] ?? site.target, site.target)
        queries.push({ expression, series: await prometheus.history(expression) })
      }
      panels.push({ title, description, queries })
    }
    const html = drawnDashboard(panels)
    for (const { title } of panels) t.match(html, `<h2>${title}</h2>`)
    mkdirSync(dirname(drawing), { recursive: true })
    writeFileSync(drawing, html)
  })

  await t.test('a HAProxy that ends is an alert', async t => {
    const stateOf = async () => {
      const found = await prometheus.rules()
      return found.find(({ name }) => name === 'SerfHaproxyHaproxyUnreachable')?.state
    }
    t.equal(await stateOf(), 'inactive')
    await endProcess(site.haproxy, 'SIGTERM')
    await until('the alert', async () => (await stateOf()) === 'pending')
    const [state] = await prometheus.query('ALERTS{alertname="SerfHaproxyHaproxyUnreachable"}')
    t.match(state?.metric, { severity: 'critical', instance: site.target })
  })
})
