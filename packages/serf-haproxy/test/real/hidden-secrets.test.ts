import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultTemplate } from 'haproxy-config-render'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import { endProcess, freePort, until } from 'real-components'
import t from 'tap'
import { bin, runCommand } from '../run-command.js'
import { skip, startPlace } from './agent-place.js'

const byName = 'hunter2-by-name'
const byPlace = 'hunter2-by-place'
const literal = 'hunter2-literal'
const spaced = "it's hunter2 50%"
const token = 'token-hunter2-of-this-test'

const template = `${defaultTemplate.source}
listen stats-of-test
  bind 127.0.0.1:{{values.port}}
  stats enable
  stats auth admin:{{values.statsPassword}}
  stats auth other:{{values.other}}
  stats auth third:{{values.spacedPassword}}
  http-request set-header Authorization "Bearer ${literal}"
`

t.test('no output of the commands or of a running agent has a secret', { skip }, async t => {
  const { folder, file, configFile } = await startPlace(t)
  await using serf = await startFakeAgent({ members: [] })
  const listen = `127.0.0.1:${await freePort('127.0.0.1')}`
  const values = {
    port: await freePort('127.0.0.1'),
    statsPassword: byName,
    other: byPlace,
    spacedPassword: spaced,
  }
  const yaml = `${readFileSync(file, 'utf8')}
serf: { rpc: '127.0.0.1:${serf.port}' }
template: my.hbs
tokenFile: token
listen: '${listen}'
`
  const useTemplate = (more = '') => writeFileSync(join(folder, 'my.hbs'), template + more)
  const useValues = (facts: object, more = '') =>
    writeFileSync(file, `${yaml}values: ${JSON.stringify(facts)}\n${more}`)
  useTemplate()
  useValues(values)
  writeFileSync(join(folder, 'token'), token)

  const outputs: string[] = []
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCommand(...args, '--config', file)
    outputs.push(stdout, stderr)
    return { code, stdout }
  }
  const recording = join(folder, 'run.jsonl')
  const agent = spawn(process.execPath, [bin, 'run', '--config', file, '--record', recording])
  t.teardown(() => endProcess(agent))
  let log = ''
  for (const stream of [agent.stdout, agent.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (log += more))
  const get = async (path: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    const text = await (await fetch(`http://${listen}${path}`, { headers })).text()
    outputs.push(text)
    return text
  }
  await until('the first generation', async () => {
    const history = await get('/history').catch(() => '')
    return history.includes('"number":1')
  })
  t.match(readFileSync(configFile, 'utf8'), literal, 'the file itself is whole')

  /** Visits every path with and without the token, and runs commands. */
  const visit = async (...commands: readonly string[]) => {
    const paths = ['state', 'history', 'diff/1/1', 'members', 'health', 'ready', 'metrics', '']
    for (const path of paths) {
      await get(`/${path}`)
      await get(`/${path}`, `Bearer ${token}`)
    }
    await Promise.all(commands.map(command => run(...command.split(' '))))
  }
  const checks = ['check --no-members', 'check --no-members --json', 'doctor --json']
  const asked = ['status', 'history', 'history --json', 'diff 0 1']
  await visit(...checks, ...asked, 'render --no-members')

  const refused = () => log.split('"isAccepted":false').length - 1
  const edit = async (what: string, write: () => void, ...commands: readonly string[]) => {
    const before = refused()
    write()
    await until(`the agent to refuse ${what}`, () => refused() > before)
    await visit('status', ...commands)
  }
  // HAProxy's report, the template's error and those of the YAML quote what they find.
  await edit(
    'a line',
    () => useTemplate(`  stats auht admin:{{values.other}} ${literal}\n`),
    ...checks,
  )
  await edit('a name', () => useTemplate('  server {{values.spacedPassword}} 127.0.0.1:1\n'))
  await edit('values', () => {
    useTemplate()
    useValues({ ...values, statsPassword: [byName] }, `unknown: ${literal}\n`)
  })
  await edit('an alias', () => writeFileSync(file, `${yaml}values: { x: *${byName} }\n`), 'check')
  outputs.push(log, readFileSync(recording, 'utf8'))

  for (const secret of [byName, byPlace, literal, spaced, token]) {
    const lines = outputs.flatMap(text => text.split('\n'))
    t.same(
      lines.filter(line => line.includes(secret)),
      [],
      secret,
    )
  }
  useValues(values)
  const out = join(folder, 'out.cfg')
  t.equal((await runCommand('render', '--no-members', '--out', out, '--config', file)).code, 0)
  for (const secret of [byName, byPlace, literal]) t.match(readFileSync(out, 'utf8'), secret)
  const { stdout } = await run('render', '--no-members')
  t.match(stdout, /^\[shown without secrets/, 'HAProxy refuses what is only for reading')
})
