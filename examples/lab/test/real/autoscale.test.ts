import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { missingProgram, temporaryFolder } from 'real-components'
import t from 'tap'
import type { SizePoint } from '../../src/autoscale/size-series.js'
import type { NodeEngine } from '../../src/engine/node-engine.js'
import { createLab } from '../../src/lab/lab.js'
import { isServing } from '../../src/lab/serving.js'
import { until } from '../../src/until.js'
import { engineAt, processesOf, runLab, startLab, testPlace } from '../lab-process.js'

const skip = missingProgram('haproxy', 'serf', 's6-svscan', 'execlineb')
/** In one run on a busy machine the scaler was in doubt of the agent for a minute here; the cause is not found. */
const isShort = !process.argv.includes('--whole') && 'npm run autoscale runs it'

/** Begins requests whose bodies do not end: each is a session until it is destroyed. */
async function holdSessions(engine: NodeEngine, count: number): Promise<() => void> {
  const { traffic } = await engine.endpoints()
  const head =
    'POST /delay HTTP/1.1\r\nHost: lab\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{'
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(traffic).on('error', () => {})
      await once(socket, 'connect')
      socket.write(head)
      return socket
    }),
  )
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}

t.test('a lab that scales its pool by load, and replaces its nodes', { skip }, async t => {
  const place = testPlace(t)
  const engine = engineAt(place)
  const lab = createLab(engine)
  await lab.up(2)
  const scaler = startLab(t, place, ['autoscale', 'on', '--max', '4', '--sessions', '4'])
  const ended = once(scaler, 'exit')
  const serving = async () =>
    (await lab.servers())
      .filter(isServing)
      .map(({ name }) => name)
      .toSorted()
  await until('its first round', () => scaler.text().includes('2 of 2 serve'))

  await t.test('a second scaler is refused', async t => {
    const second = await runLab(place, ['autoscale', 'on'])
    t.match(second, { code: 2, stderr: /^error: The lab is scaled already: / })
  })

  await t.test('a load step grows the pool, and its end shrinks it to the minimum', async t => {
    const release = await holdSessions(engine, 12)
    t.teardown(release)
    await until('three to serve', async () => (await serving()).length === 3)
    release()
    await until('two to serve', async () => (await serving()).length === 2)
    t.match(scaler.text(), /start: 12 sessions and queued requests for 2 with a target of 4 each/)
  })

  await t.test('a killed node is replaced', async t => {
    const [first = '', second = ''] = await serving()
    await engine.kill(first)
    await until(`${first} to be replaced`, () => scaler.text().includes(`replace ${first}`))
    await until('two to serve', async () => (await serving()).length === 2)
    t.ok((await serving()).includes(second))
  })

  await t.test('a hung node is replaced, and then stopped', { skip: isShort }, async t => {
    // The other one has just been started.
    const [, hung = ''] = await serving()
    // Its own health check would restart the application.
    const { facts } = await engine.inspect(hung)
    const checks = facts.processes.filter(({ command }) => command.includes('health http'))
    t.ok(checks.length > 0, 'the node has a health check')
    for (const { pid } of checks) process.kill(pid, 'SIGSTOP')
    await engine.freeze(hung)
    const stopped = `stop ${hung}: it hangs, and 2 others serve`
    await until(`${hung} to be stopped`, () => scaler.text().includes(stopped)).catch(error => {
      throw new Error(`${String(error)}; the scaler printed:\n${scaler.text()}`)
    })
    t.notOk((await engine.nodes()).has(hung))
    t.match(scaler.text(), new RegExp(`replace ${hung}: HAProxy's check of it fails`))
    t.equal((await serving()).length, 2)
  })

  await t.test('the size over time is data and a picture', async t => {
    const out = join(temporaryFolder(t), 'size.svg')
    const { code, stdout } = await runLab(place, ['autoscale', 'chart', '--json', '--out', out])
    t.equal(code, 0)
    const points = JSON.parse(stdout) as readonly SizePoint[]
    t.equal(Math.max(...points.map(({ wanted = 0 }) => wanted)), 3)
    t.equal(points.at(-1)?.wanted, 2)
    t.match(readFileSync(out, 'utf8'), /^<svg [^]*<path d="M[^]*<\/svg>\n$/)
  })

  await t.test('off ends the scaler, and down leaves nothing', async t => {
    t.match(await runLab(place, ['autoscale', 'off', '--json']), {
      code: 0,
      stdout: '{"ended":true}\n',
    })
    t.strictSame(await ended, [0, null])
    t.match(await runLab(place, ['autoscale', 'off']), { stdout: 'No scaler was running.\n' })
    await lab.down()
    t.strictSame(await processesOf(place), [])
    t.notOk(existsSync(place.folder))
  })
})
