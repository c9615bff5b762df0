import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { viewOf } from './agent/sample-view.js'

const bin = fileURLToPath(new URL('../../bin/pool-scaler.js', import.meta.url))
const mark = "require('node:fs').appendFileSync(process.argv[1], '+')"

const freshView = () => ({ ...viewOf('s1'), haproxy: { reachable: true, seenAt: Date.now() } })

/** Makes a configuration with an agent whose pool has one member, and a driver that writes a file. */
async function configuration(t: Test, size: number) {
  const folder = temporaryFolder(t)
  const orders = join(folder, 'orders')
  const agent = createServer((_, response) => void response.end(JSON.stringify(freshView())))
  agent.listen(join(folder, 'control.sock'))
  await once(agent, 'listening')
  t.teardown(() => agent.close())
  const config = join(folder, 'pool-scaler.yaml')
  const command = JSON.stringify([process.execPath, '-e', mark, orders])
  writeFileSync(
    config,
    `agent: ./control.sock
intervalMs: 100
driver: { start: ${command}, stop: [${process.execPath}, '{{name}}'] }
pools: [{ name: web, size: ${size} }]
`,
  )
  return { config, orders, memoryFile: join(folder, 'pool-scaler.memory.json') }
}

/** Runs the program to its end. */
async function run(...args: readonly string[]) {
  const child = spawn(process.execPath, [bin, 'run', ...args])
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (more: Buffer) => (stdout += more.toString()))
  child.stderr.on('data', (more: Buffer) => (stderr += more.toString()))
  const [status] = (await once(child, 'close')) as [number]
  return { status, stdout, stderr }
}

t.test('one round gives its orders, and a second one waits for them', async t => {
  const { config, orders } = await configuration(t, 2)
  const first = await run('--config', config, '--once', '--json')
  t.match(first, { status: 0, stderr: '' })
  t.match(JSON.parse(first.stdout), { pool: 'web', healthy: 1, actions: [{ kind: 'start' }] })
  const second = await run('--config', config, '--once', '--json')
  t.match(JSON.parse(second.stdout), { actions: [] })
  t.equal(readFileSync(orders, 'utf8'), '+')
})

t.test('a dry run prints its orders, and changes nothing', async t => {
  const { config, orders, memoryFile } = await configuration(t, 2)
  const { status, stdout } = await run('--config', config, '--once', '--dry-run')
  t.equal(status, 0)
  t.match(stdout, /web: 1 of 2 serve\n.*web: would start: the wanted size is 2\n$/)
  t.notOk(existsSync(orders))
  t.notOk(existsSync(memoryFile))
})

t.test('SIGTERM ends the rounds with success', async t => {
  const { config } = await configuration(t, 1)
  const child = spawn(process.execPath, [bin, 'run', '--config', config])
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  t.strictSame(await once(child, 'exit'), [0, null])
})

t.test('a round in doubt exits with 1, and an invalid configuration with 2', async t => {
  const folder = t.testdir({
    'doubt.yaml':
      "agent: 127.0.0.1:1\ndriver: { start: [a], stop: [b, '{{name}}'] }\npools: [{ name: web, size: 1 }]\n",
    'bad.yaml': 'pools: 1\n',
  })
  const at = (name: string) =>
    spawnSync(
      process.execPath,
      [bin, 'run', '--once', '--dry-run', '--config', join(folder, name)],
      {
        encoding: 'utf8',
      },
    )
  t.match(at('doubt.yaml'), { status: 1, stdout: /nothing is decided: no state of an agent/ })
  t.match(at('bad.yaml'), { status: 2, stdout: '', stderr: /^error: .*bad\.yaml: driver: / })
})
