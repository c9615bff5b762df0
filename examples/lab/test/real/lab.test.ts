import type { ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { missingProgram } from 'real-components'
import t, { type Test } from 'tap'
import { soakActions } from '../../bench/soak-actions.js'
import { soak } from '../../bench/soak.js'
import { createLab } from '../../src/lab/lab.js'
import { labStatus } from '../../src/lab/lab-status.js'
import { addressOf, ports, type Place } from '../../src/engine/place.js'
import { processEngine } from '../../src/processes/process-engine.js'
import { ask } from '../../src/lab/traffic.js'
import {
  playTour,
  processesOf,
  runBare,
  runLab,
  startInTerminal,
  startLab,
  testPlace,
} from '../lab-process.js'
import { until } from '../../src/until.js'

const skip = missingProgram('haproxy', 'serf', 's6-svscan', 'execlineb')

/** Ctrl-C ends a command with a code, and leaves nothing of its lab. */
async function endsByInterrupt(t: Test, up: ChildProcess, place: Place, code: number) {
  const ended = new Promise<number | null>(resolve => up.once('exit', resolve))
  up.kill('SIGINT')
  t.equal(await ended, code)
  t.same(await processesOf(place), [])
  t.notOk(existsSync(place.folder))
}

t.test('one lab, from its start to its end', { skip }, async t => {
  const place = testPlace(t)
  const engine = processEngine(place)
  const lab = createLab(engine)
  const { backends } = await lab.up(2)
  t.same(backends, ['s1', 's2'])
  const { traffic } = await engine.endpoints()

  await t.test('both web applications answer through HAProxy', async t => {
    const answers = [await ask(traffic), await ask(traffic)]
    t.same(new Set(answers.map(({ node }) => node)), new Set(['s1', 's2']))
  })

  await t.test('the status puts processes, Serf and HAProxy side by side', async t => {
    t.match(await labStatus(engine), [
      { name: 'ha', node: 'running', serf: 'alive' },
      { name: 's1', node: 'running', serf: 'alive', haproxy: /^UP/, address: `${place.subnet}.11` },
      { name: 's2', node: 'running', serf: 'alive', haproxy: /^UP/, requests: Number },
    ])
  })

  await t.test(
    'a second lab in the same place is refused, and so is a name that is taken',
    async t => {
      const before = await processesOf(place)
      const second = await runLab(place, ['up'])
      t.match(second, { code: 2, stderr: /A lab runs in .* already/ })
      const taken = await runLab(place, ['start', 's1'])
      t.match(taken, { code: 2, stderr: /The name s1 is taken/ })
      t.same(new Set(await processesOf(place)), new Set(before), 'the lab runs untouched')
    },
  )

  await t.test('a node that stopped can come back under its name', async t => {
    await lab.stop('s1')
    t.same(
      (await lab.servers()).map(({ name }) => name),
      ['s2'],
    )
    t.match(await runLab(place, ['start', 's1', '--json']), {
      code: 0,
      stdout: /"backends":\["s1","s2"\]/,
    })
    t.equal((await lab.servers()).length, 2)
  })

  await t.test(
    'a node that lost power has no processes, and HAProxy still has the other',
    async t => {
      await lab.kill('s2')
      t.match(await labStatus(engine), [
        { name: 'ha' },
        { name: 's1', haproxy: /^UP/ },
        { name: 's2', node: undefined },
      ])
      await lab.start('s2')
    },
  )

  await t.test('the folder alone leads to the lab, and another network is refused', async t => {
    const folder = ['--folder', place.folder, '--json']
    const { code, stdout } = await runBare(['status', ...folder])
    t.equal(code, 0)
    t.match(JSON.parse(stdout), {
      endpoints: { pageUrl: `http://${place.subnet}.42:9642/` },
      nodes: [{ name: 'ha', address: `${place.subnet}.42` }, { name: 's1' }, { name: 's2' }],
    })
    t.match(await runBare(['scale', '3', ...folder]), { code: 0, stdout: /"started":\["s3"\]/ })
    const other = await runBare(['scale', '2', ...folder, '--subnet', '127.1.1'])
    t.match(other, { code: 2, stdout: /--subnet: expected/ })
    t.match(await runBare(['freeze', 's3', '--folder', place.folder]), {
      code: 0,
      stdout: /^frozen, without traffic: s3; web applications: s1, s2, s3 /,
    })
    t.match(await runBare(['thaw', 's3', '--folder', place.folder]), {
      code: 0,
      stdout: /^thawed, with traffic: s3; web applications: s1, s2, s3 /,
    })
    t.match(await runBare(['thaw', 'ha', ...folder]), { code: 2, stdout: /no web application/ })
    t.match(await runBare(['kill', 's3', ...folder]), {
      code: 0,
      stdout: /"backends":\["s1","s2"\]/,
    })
  })

  await t.test('nodes that a failed change has started are stopped again', async t => {
    const squatter = createServer()
    const address = addressOf(place, 's4')
    await new Promise<void>(resolve => squatter.listen(ports.application, address, resolve))
    t.teardown(() => squatter.close())
    t.match(await runLab(place, ['scale', '4']), {
      code: 2,
      stderr: /node s4 needs it.*; stopped again: s3\n$/,
    })
    t.same([...(await engine.nodes()).keys()].toSorted(), ['ha', 's1', 's2'])
    const interrupted = createLab(engine, { signal: AbortSignal.abort(new Error('Interrupted')) })
    await t.rejects(interrupted.start('s3'), { message: 'Interrupted; stopped again: s3' })
    t.same([...(await engine.nodes()).keys()].toSorted(), ['ha', 's1', 's2'])
  })

  await t.test('a short soak loses no request, and HAProxy converges after each round', async t => {
    await lab.scale(4)
    const seed = randomInt(2 ** 31 - 1)
    const result = await soak(engine, place, { seconds: 0, seed })
    t.match(result, { failed: 0, failures: [], errors: [], leaked: 0 }, `seed ${seed}`)
    t.same(
      new Set(Object.keys(result.actions)),
      new Set(Object.keys(soakActions)),
      'each action was done',
    )
    t.ok(result.requests > 100, `${result.requests} requests`)
    const logs = await Promise.all([1, 2, 3, 4].map(number => engine.logs(`s${number}`)))
    const text = logs.map(each => each.text).join('')
    t.match(text, /The application hangs: .* it is killed/)
  })

  await t.test('down leaves no process and no file', async t => {
    t.match(await runLab(place, ['down', '--json']), { code: 0, stdout: /"ended":true/ })
    t.same(await processesOf(place), [])
    t.notOk(existsSync(place.folder))
  })
})

t.test(
  'the lab in the foreground shows its table, and Ctrl-C ends all of it',
  { skip },
  async t => {
    const place = testPlace(t)
    const up = startLab(t, place, ['up'])
    await until('the table', () => /s2 .* UP/.test(up.text()))
    t.match(up.text(), `http://${place.subnet}.42:8080/`)
    await endsByInterrupt(t, up, place, 0)
  },
)

t.test('on a terminal too, Ctrl-C ends all of it', { skip }, async t => {
  const place = testPlace(t)
  const up = startInTerminal(t, place, ['up'])
  // A terminal has colours.
  await until('the table', () => /s2 .*UP/.test(up.text()))
  const ended = new Promise<number | null>(resolve => up.once('exit', resolve))
  up.stdin.write('\x03')
  t.equal(await ended, 0)
  t.match(up.text(), 'The lab has ended; nothing is left.')
  t.same(await processesOf(place), [])
  t.notOk(existsSync(place.folder))
})

t.test('a terminal that is closed ends all of it', { skip }, async t => {
  const place = testPlace(t)
  const up = startInTerminal(t, place, ['up'])
  // A terminal has colours.
  await until('the table', () => /s2 .*UP/.test(up.text()))
  up.kill('SIGKILL')
  await until('the end', async () => (await processesOf(place)).length === 0)
  await until('the folder', () => !existsSync(place.folder))
})

t.test('a reader that has seen enough ends all of it', { skip }, async t => {
  const place = testPlace(t)
  const up = startLab(t, place, ['up'])
  await until('the table', () => /s2 .* UP/.test(up.text()))
  const ended = new Promise<number | null>(resolve => up.once('exit', resolve))
  up.stdout?.destroy()
  // The next table has no reader, so the lab may end before the command does.
  const { stderr } = await runLab(place, ['stop', 's1'])
  t.match(stderr, /^(?:error: .*(?:ended from another terminal|Node s1 does not run).*\n)?$/)
  t.equal(await ended, 0)
  t.same(await processesOf(place), [])
})

t.test('Ctrl-C in the middle of the start leaves nothing behind', { skip }, async t => {
  const place = testPlace(t)
  const up = startLab(t, place, ['up', '--backends', '3'])
  await until('the first processes', async () => (await processesOf(place)).length > 3)
  await endsByInterrupt(t, up, place, 130)
})

t.test('the tour holds', { skip }, async t => {
  const place = testPlace(t)
  await playTour(t, place)
  t.same(await processesOf(place), [])
})
