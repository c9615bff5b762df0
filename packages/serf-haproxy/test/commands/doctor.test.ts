import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  gossipKey,
  haproxyPlace,
  missingProgram,
  startHaproxy,
  startSerfAgent,
  temporaryFolder,
} from 'real-components'
import t from 'tap'
import type { Finding } from '../../src/doctor/finding.js'
import { runCommand, writeConfiguration } from '../run-command.js'

interface Examined {
  readonly ok: boolean
  readonly findings: readonly Finding[]
}

t.test(
  'doctor reports each problem with a remedy, and exits with 1',
  { skip: missingProgram('haproxy') },
  async t => {
    const file = await writeConfiguration(temporaryFolder(t))
    const { code, stdout } = await runCommand('doctor', '--json', '--config', file)
    t.equal(code, 1)
    const { ok, findings } = JSON.parse(stdout) as Examined
    t.equal(ok, false)
    const failed = findings.filter(({ level }) => level === 'fail')
    t.same(
      failed.map(({ check }) => check),
      ['Serf', 'runtime socket', 'master socket'],
    )
    for (const { text, remedy } of findings.filter(({ level }) => level !== 'ok'))
      t.ok(remedy !== undefined && remedy.length > 10, text)
  },
)

t.test('doctor prints a line for each finding, and its remedy below', async t => {
  const file = await writeConfiguration(temporaryFolder(t))
  const { stdout } = await runCommand('doctor', '--config', file)
  t.match(stdout, /^ok {4}configuration: is valid$/m)
  t.match(stdout, /^warn {2}agent: no agent runs with this configuration\n {6}→ start /m)
  t.match(stdout, /^fail {2}Serf: .*\n {6}→ start `serf agent`/m)
})

t.test('doctor reports a configuration that cannot be loaded', async t => {
  const file = join(t.testdir({ 'agent.yaml': 'serf: [' }), 'agent.yaml')
  const { code, stdout } = await runCommand('doctor', '--config', file)
  t.equal(code, 1)
  t.match(stdout, /^fail {2}configuration: .*:1:/)
})

t.test(
  'doctor finds no failure next to a real Serf agent and HAProxy',
  { skip: missingProgram('haproxy', 'serf') },
  async t => {
    const place = haproxyPlace(t)
    const key = gossipKey()
    const serf = await startSerfAgent(t, { name: 'lb', key, rpcKey: 'only for this test' })
    writeFileSync(join(place.folder, 'rpc.key'), 'only for this test\n', { mode: 0o600 })
    const file = await writeConfiguration(place.folder)
    const text = readFileSync(file, 'utf8').replace(
      /serf: .*/,
      `serf: { rpc: '${serf.address}:${serf.rpcPort}', authKeyFile: rpc.key }`,
    )
    writeFileSync(file, text)
    const render = ['render', '--no-members', '--config', file, '--out', place.configFile]
    t.equal((await runCommand(...render)).code, 0)
    await startHaproxy(t, place)
    const { code, stdout } = await runCommand('doctor', '--json', '--config', file)
    const { ok, findings } = JSON.parse(stdout) as Examined
    t.same(
      findings.filter(({ level }) => level === 'fail'),
      [],
    )
    t.same([code, ok], [0, true])
    const checks = new Set(findings.map(({ check }) => check))
    for (const check of [
      'agent',
      'Serf',
      'HAProxy',
      'runtime socket',
      'master socket',
      'template',
      'drift',
      'secret',
    ])
      t.ok(checks.has(check), check)
  },
)
