import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { parse, stringify } from 'yaml'
import { loadScaling } from '../src/configuration/load-scaling.js'
import { poolTarget } from '../src/configuration/pool-schema.js'
import { viewOf } from './agent/sample-view.js'

const page = readFileSync(
  fileURLToPath(new URL('../../../../docs/how-to/autoscaling.md', import.meta.url)),
  'utf8',
)
const bin = fileURLToPath(new URL('../../bin/pool-scaler.js', import.meta.url))

const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  )
const [first = '', podman = '', compose = ''] = blocks('yaml')

t.test('every configuration of the page is valid', async t => {
  const pools = 'pools: [{ name: web, size: 3 }]\n'
  const folder = t.testdir({ 'a.yaml': first, 'b.yaml': podman, 'c.yaml': compose + pools })
  t.match(loadScaling(join(folder, 'a.yaml')).pools, [{ target: { minimum: 2, maximum: 8 } }])
  t.match(loadScaling(join(folder, 'b.yaml')).pools, [{ target: { size: 3 } }])
  t.equal(loadScaling(join(folder, 'b.yaml')).pools[0]?.isOwn('45f3564e86b7'), true)
  t.equal(loadScaling(join(folder, 'c.yaml')).driver.start[0], 'docker')
})

t.test('the defaults of the page are those of the program', async t => {
  const {
    name: _,
    minimum: __,
    maximum: ___,
    size: ____,
    ...limits
  } = poolTarget({
    name: 'web',
    size: 1,
  })
  for (const [field, value] of Object.entries(limits)) {
    const [, shown = ''] = new RegExp(`^\\| \`${field}\` +\\| ([\\d,]+) +\\|`, 'm').exec(page) ?? []
    t.equal(Number(shown.replaceAll(',', '')), value, field)
  }
})

t.test('the commands of the page run, with a driver that only notes its orders', async t => {
  const folder = temporaryFolder(t)
  const socketPath = join(folder, 'control.sock')
  const agent = createServer((_, response) => {
    const haproxy = { reachable: true, seenAt: Date.now() }
    response.end(JSON.stringify({ ...viewOf('web-1'), haproxy }))
  }).listen(socketPath)
  await once(agent, 'listening')
  t.teardown(() => agent.close())
  const configuration = parse(first) as { driver: Record<string, string[]> }
  const note =
    "require('node:fs').appendFileSync('orders', process.argv.slice(1).join(' ') + '\\n')"
  const driver = Object.fromEntries(
    Object.entries(configuration.driver).map(([order, [, ...args]]) => [
      order,
      [process.execPath, '-e', note, ...args],
    ]),
  )
  const text = stringify({ ...configuration, driver, agent: socketPath })
  writeFileSync(join(folder, 'pool-scaler.yaml'), text)
  mkdirSync(join(folder, 'bin'))
  symlinkSync(bin, join(folder, 'bin', 'pool-scaler'))
  const run = async (command: string) => {
    const PATH = `${join(folder, 'bin')}:${process.env['PATH']}`
    const options = { cwd: folder, env: { ...process.env, PATH } }
    return (await promisify(execFile)('sh', ['-c', command], options)).stdout
  }
  const [dryRun = '', forever = ''] = (blocks('sh')[0] ?? '').trim().split('\n')
  t.match(
    await run(dryRun),
    /^\S+ \S+Z web: 1 of 2 serve\n.* web: would start: the wanted size is 2\n$/,
  )
  await run(`${forever} --once`)
  t.equal(readFileSync(join(folder, 'orders'), 'utf8'), 'start web\n')
})
