import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startFakeHaproxy } from 'haproxy-runtime/fake-haproxy'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { checkTemplate } from '../../src/doctor/check-template.js'
import { writeConfiguration } from '../run-command.js'

const { signal } = new AbortController()

/** A fake HAProxy that runs `text`, and the findings about it. */
async function running(t: Test, text: string) {
  const folder = temporaryFolder(t)
  const configFile = join(folder, 'haproxy.cfg')
  writeFileSync(configFile, text)
  const runtimeSocket = join(folder, 'runtime.sock')
  const masterSocket = join(folder, 'master.sock')
  const haproxy = await startFakeHaproxy({ configFile, runtimeSocket, masterSocket })
  t.teardown(() => haproxy.close())
  const configuration = loadConfiguration(await writeConfiguration(folder))
  const drift = async () => {
    const findings = await checkTemplate(configuration, signal)
    return findings.find(({ check }) => check === 'drift')
  }
  return { configFile, drift }
}

const server = (name: string) => `  server ${name} 127.0.0.2:3000\n`

t.test('the default template renders and loses no requests', async t => {
  const configuration = loadConfiguration(await writeConfiguration(t.testdir()))
  t.match(await checkTemplate(configuration, signal), [
    { check: 'template', level: 'ok', text: 'renders, and has no setting that loses requests' },
  ])
})

t.test('each lint finding is a warning with its line', async t => {
  const template = 'defaults\n  mode http\n{{#each pools}}\nbackend {{name}}\n{{/each}}\n'
  const configuration = loadConfiguration(await writeConfiguration(t.testdir(), { template }))
  const findings = await checkTemplate(configuration, signal)
  t.ok(findings.length > 0)
  for (const finding of findings) {
    t.match(finding, {
      check: 'template',
      level: 'warn',
      text: /\(line \d+ of the rendered text\)$/,
    })
    t.type(finding.remedy, 'string')
  }
})

t.test('a finding in a further configuration file has its line there', async t => {
  const folder = t.testdir({ 'more.hbs': '# more\nfrontend more\n  bind 127.0.0.1:80\n' })
  const more = 'outputs: [{ template: more.hbs, file: more.cfg, use: reload }]'
  const template = 'global\n  hard-stop-after 60s\ndefaults\n  mode http\n'
  const file = await writeConfiguration(folder, { template, more })
  const findings = await checkTemplate(loadConfiguration(file), signal)
  const own = findings.filter(({ text }) => text.includes(join(folder, 'more.cfg')))
  t.ok(own.length > 0)
  t.match(own[0]?.text, new RegExp(`frontend more.*\\(line 2 of ${join(folder, 'more.cfg')}\\)$`))
})

t.test('a template that cannot be rendered fails', async t => {
  const template = 'global\n{{#each pools}\n'
  const configuration = loadConfiguration(await writeConfiguration(t.testdir(), { template }))
  t.match(await checkTemplate(configuration, signal), [
    { level: 'fail', text: /my\.hbs:2:/, remedy: /serf-haproxy check/ },
  ])
})

t.test('the same servers in file and HAProxy are ok', async t => {
  const { drift } = await running(t, `backend nodes\n${server('s1')}`)
  t.match(await drift(), { level: 'ok', text: 'HAProxy and its file have the same servers' })
})

t.test('a server that only HAProxy or only the file has is a warning', async t => {
  const { drift, configFile } = await running(t, `backend nodes\n${server('s1')}`)
  writeFileSync(configFile, `backend nodes\n${server('s2')}`)
  t.match(await drift(), {
    level: 'warn',
    text: 'HAProxy and its file differ: nodes/s1 is only in HAProxy, nodes/s2 is only in the file',
  })
})

t.test('quotes, comments, tabs and other sections in the file are read like HAProxy', async t => {
  const { drift, configFile } = await running(t, `backend nodes\n${server('s1')}`)
  writeFileSync(
    configFile,
    `backend other # nodes
${server('elsewhere')}
\tbackend "nodes"
# server commented 127.0.0.2:3000
\tserver\t"s1"\t127.0.0.2:3000
cache nodes
  server x 127.0.0.2:3000
`,
  )
  t.match(await drift(), { level: 'ok' })
})

t.test('at most five differences are listed', async t => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const { drift, configFile } = await running(t, `backend nodes\n${names.map(server).join('')}`)
  writeFileSync(configFile, 'backend nodes\n')
  t.equal((await drift())?.text.match(/only in HAProxy/g)?.length, 5)
})

t.test('a pool that HAProxy does not have is a warning', async t => {
  const { drift } = await running(t, 'backend other\n')
  t.match(await drift(), { level: 'warn', text: /^HAProxy does not run this configuration: / })
})

t.test('drift is not reported without HAProxy or without its file', async t => {
  const configuration = loadConfiguration(await writeConfiguration(t.testdir()))
  const findings = await checkTemplate(configuration, signal)
  t.notOk(findings.some(({ check }) => check === 'drift'))
})
