import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { claimFolder } from '../src/engine/lab-folder.js'
import { addressOf, ports } from '../src/engine/place.js'
import { processesOf, runBare, runLab, testPlace } from './lab-process.js'

const wrong: [string[], RegExp][] = [
  [['scale', '-1'], /scale: expected a number of nodes from 0 to 23, got -1/],
  [['scale', '24'], /scale: expected .*, got 24/],
  [['up', '--backends', 'many'], /--backends: expected .*, got many/],
  [['dance'], /There is no command dance: expected one of up, status, scale/],
  [['up', '3'], /up: expected options only, such as --backends 3, got "3"/],
  [['start'], /missing required argument 'node'/],
  [['status'], /No lab runs here: start one with: npm run lab -- up --subnet 127\.\S+ --folder \//],
  [['stop', 's1'], /No lab runs here/],
  [['down'], /No lab runs here/],
  [['autoscale', 'on'], /No lab runs here/],
  [['autoscale', 'maybe'], /Allowed choices are on, off, chart/],
]

t.test('what is wrong is told in one line, and the exit code is 2', async t => {
  for (const [args, message] of wrong) {
    const place = testPlace(t)
    const { code, stdout, stderr } = await runLab(place, args)
    t.equal(code, 2, args.join(' '))
    t.match(stderr, message)
    t.equal(stderr.trim().split('\n').length, 1)
    t.equal(stdout, '')
    t.notOk(existsSync(place.folder), 'and nothing is left')
  }
})

t.test('the version is printed, and the help of up has no argument', async t => {
  const place = testPlace(t)
  t.match(await runBare(['--version']), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/ })
  t.match(await runLab(place, ['up', '--help']), { code: 0, stdout: / up \[options\]\n/ })
})

t.test('no command deletes a folder that is not a lab’s', async t => {
  const place = testPlace(t)
  mkdirSync(place.folder)
  writeFileSync(join(place.folder, 'keys.json'), '{"gossip":"x","rpc":"y"}')
  writeFileSync(join(place.folder, 'thesis.txt'), 'important')
  const commands = [['status'], ['scale', '1'], ['start', 's1'], ['stop', 's1'], ['kill', 's1']]
  for (const args of [...commands, ['freeze', 's1'], ['thaw', 's1'], ['down']]) {
    t.match(await runLab(place, args), { code: 2, stderr: /No lab runs here/ }, args.join(' '))
  }
  for (const args of [['up'], ['tour']]) {
    t.match(await runLab(place, args), { code: 2, stderr: /got keys\.json, thesis\.txt/ })
  }
  t.same(readdirSync(place.folder), ['keys.json', 'thesis.txt'])
})

t.test(
  'a folder that a power failure left is found by its folder alone, and down clears it',
  async t => {
    const place = testPlace(t)
    await claimFolder(place.folder, { runner: 'process', subnet: place.subnet })
    const folder = ['--folder', place.folder]
    t.match(await runBare(['status', ...folder]), { code: 2, stderr: /No lab runs here/ })
    t.ok(existsSync(place.folder), 'status deletes nothing')
    const conflict = await runBare(['up', ...folder, '--subnet', '127.1.1'])
    t.match(conflict, { code: 2, stderr: `--subnet: expected ${place.subnet}, as the lab in` })
    t.match(await runBare(['down', ...folder]), { code: 2, stderr: /No lab runs here/ })
    t.notOk(existsSync(place.folder))
  },
)

t.test('with --json the error is JSON', async t => {
  const { code, stdout, stderr } = await runLab(testPlace(t), ['status', '--json'])
  t.equal(code, 2)
  t.match(JSON.parse(stdout), { error: /No lab runs here/ })
  t.equal(stderr, '')
})

t.test('a missing program is told with the command that installs it', async t => {
  const place = testPlace(t)
  const { code, stderr } = await runLab(place, ['up'], { env: { PATH: '/nowhere' } })
  t.equal(code, 2)
  t.match(stderr, /haproxy, serf, .*sudo apt-get install -y haproxy serf s6 execline/)
  t.notOk(existsSync(place.folder))
})

t.test('a port that is taken is told with its address, and nothing is left running', async t => {
  const place = testPlace(t)
  const address = addressOf(place, 'ha')
  const squatter = createServer()
  await new Promise<void>(resolve => squatter.listen(ports.traffic, address, resolve))
  t.teardown(() => squatter.close())
  const { code, stderr } = await runLab(place, ['up'])
  t.equal(code, 2)
  t.match(stderr, `${address}:${ports.traffic} is in use, and node ha needs it`)
  t.same(await processesOf(place), [])
  t.notOk(existsSync(place.folder))
})
