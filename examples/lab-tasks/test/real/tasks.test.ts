import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { missingProgram, temporaryFolder } from 'real-components'
import t from 'tap'
import { assignmentLines } from '../../src/assignment/assignment-lines.js'
import type { Convergence } from '../../src/convergence/convergence.js'
import type { Manifest } from '../../src/evidence/manifest.js'
import type { ProofRow } from '../../src/hand-in/proof-table.js'
import type { ReportFigures } from '../../src/report/report-figures.js'
import { slug } from '../../src/report/markdown-text.js'
import { processesOf, testPlace } from 'serf-haproxy-lab/lab-process'
import { runTasks, startTasks } from '../tasks-process.js'
import { until } from 'serf-haproxy-lab'

const skip = missingProgram('haproxy', 'serf', 's6-svscan', 'execlineb', 'chromium')
const out = temporaryFolder(t)
const logs = join(out, 'logs')
const manifestOf = (task: number) =>
  JSON.parse(readFileSync(join(logs, `task-${task}`, 'manifest.json'), 'utf8')) as Manifest

// Seven real tasks, a minute or two on a quiet machine.
t.setTimeout(900_000)

t.test(
  'Ctrl-C in the middle of a task keeps what there is, marked incomplete',
  { skip },
  async t => {
    const place = testPlace(t)
    const task = startTasks(t, place, ['task', '1', '--out', logs])
    await until('the second step', () => task.text().includes('2-kill-webapp'))
    const ended = new Promise<number | null>(resolve => task.once('exit', resolve))
    task.kill('SIGINT')
    t.equal(await ended, 130)
    t.match(task.text(), /evidence so far is kept in .*task-1, marked incomplete/)
    t.match(manifestOf(1), { state: 'incomplete', reason: 'interrupted' })
    t.equal(manifestOf(1).steps.find(({ id }) => id === '1-start')?.state, 'complete')
    t.same(await processesOf(place), [], 'and nothing is left running')
    t.notOk(existsSync(place.folder))
  },
)

t.test('a full disk is told, exit code 2, and the evidence so far stays', { skip }, async t => {
  const place = testPlace(t)
  const unwritten = join(logs, 'task-1', 'manifest.json.new')
  symlinkSync('/dev/full', unwritten)
  const { code, stderr } = await runTasks(place, ['task', '1', '--out', logs])
  rmSync(unwritten)
  t.equal(code, 2)
  t.match(
    stderr,
    /error: The evidence cannot be written to .*: the disk is full; .* run the task again/,
  )
  t.match(manifestOf(1), { state: 'incomplete', reason: 'interrupted' })
  t.ok(existsSync(join(logs, 'task-1/1-start/ha.log')))
  t.same(await processesOf(place), [])
})

t.test(
  'all seven tasks leave complete evidence; the interrupted one goes on',
  { skip },
  async t => {
    const place = testPlace(t)
    const { code, stdout, stderr } = await runTasks(place, ['task', 'all', '--out', logs, '--json'])
    t.equal(code, 0, stderr + stdout)
    const { ok, tasks } = JSON.parse(stdout) as { ok: boolean; tasks: { faults: string[] }[] }
    t.same(
      tasks.map(({ faults }) => faults),
      Array.from({ length: 7 }, () => []),
    )
    t.equal(ok, true)
    t.same(
      manifestOf(1).steps.map(({ run }) => run),
      [1, 2, 2],
      'the first step is the one of the first run',
    )
    t.same(await processesOf(place), [])

    await t.test('what the lab asks for is there', async t => {
      const wanted = [
        'task-0/1-start/stats.png',
        ...['ha', 's1', 's2'].map(node => `task-2/1-ha-first/${node}.log`),
        'task-3/1-ha-alone/ha.log',
        'task-3/2-s1-joins/s1.log',
        'task-3/2-s1-joins/ha.log',
        'task-3/3-s2-joins/s2.log',
        'task-3/4-departures/serf.log',
        ...['1-ha-alone', '2-s1-joins', '3-s2-joins'].flatMap((step, i) => [
          `task-4/${step}/haproxy.cfg`,
          `task-4/${step}/${['ha', 's1', 's2'][i]}.inspect.json`,
          `task-5/${step}/haproxy.cfg`,
          `task-5/${step}/${['ha', 's1', 's2'][i]}.inspect.json`,
        ]),
        'task-4/3-s2-joins/ps.txt',
        'task-5/3-s2-joins/nodes-after.txt',
        'task-5/4-s1-stops/haproxy.cfg',
        'task-5/4-s1-stops/nodes-after.txt',
        'task-5/4-s1-stops/ps.txt',
        ...['1-two', '2-five', '3-four', '4-none', '5-one'].flatMap(step => [
          `task-6/${step}/ps.txt`,
          `task-6/${step}/stats-after.png`,
        ]),
      ]
      for (const file of wanted) t.ok(existsSync(join(logs, file)), file)
    })

    await t.test('the evidence says what the step is about', async t => {
      const text = (file: string) => readFileSync(join(logs, file), 'utf8')
      t.match(text('task-2/1-ha-first/s1.log'), /EventMemberJoin: s2 /)
      t.match(text('task-2/1-ha-first/ha.log'), 'exit status 127')
      t.equal(text('task-4/3-s2-joins/haproxy.cfg').trim().split('\n').length, 1)
      t.match(text('task-5/3-s2-joins/haproxy.cfg'), / server s1 [^]* server s2 /)
      t.notMatch(text('task-5/4-s1-stops/haproxy.cfg'), / server s1 /)
      t.match(text('task-5/3-s2-joins/nodes-after.txt'), /==> s1 <==[^]*==> s2 <==/)
      const picture = readFileSync(join(logs, 'task-6/2-five/stats-after.png'))
      t.same(picture.subarray(1, 4).toString(), 'PNG')
      const { nodes } = JSON.parse(text('task-6/2-five/timeline.json')) as {
        nodes: { node: string; eventMs: number; appliedMs: number; servedMs: number }[]
      }
      t.same(
        nodes.map(({ node }) => node),
        ['s3', 's4', 's5'],
      )
      for (const { eventMs, appliedMs, servedMs } of nodes) {
        t.ok(
          eventMs > 0 && eventMs <= appliedMs && appliedMs <= servedMs,
          `in causal order: ${eventMs} ${appliedMs} ${servedMs}`,
        )
      }
    })
  },
)

t.test('the evidence has every point of the assignment', { skip }, async t => {
  const place = testPlace(t)
  const { code, stdout } = await runTasks(place, ['grade', logs, '--json'])
  t.equal(code, 0, stdout)
  t.match(JSON.parse(stdout), { ok: true, points: 38, of: 38 })
  const changed = join(logs, 'task-4/2-s1-joins/haproxy.cfg')
  const text = readFileSync(changed)
  t.teardown(() => writeFileSync(changed, text))
  writeFileSync(changed, 'Container s9 has joined')
  const graded = await runTasks(place, ['grade', logs])
  t.equal(graded.code, 1)
  t.match(graded.stdout, /✗ task 4 +files.*2-s1-joins\/haproxy.cfg has changed since it was taken/)
  t.match(graded.stdout, '36 of 38 points')
})

t.test('both systems are measured in one run', { skip }, async t => {
  const place = testPlace(t)
  const args = ['compare', '--only', 'join', '--rounds', '1', '--out', logs, '--json']
  const { code, stdout, stderr } = await runTasks(place, args)
  t.equal(code, 0, stderr + stdout)
  t.match(JSON.parse(stdout), {
    engine: 'processes',
    classic: [{ joinMs: Number, join: { requests: 280 }, versions: { haproxy: /^HAProxy/i } }],
    agent: [{ joinMs: Number, join: { requests: 280, failed: 0 } }],
  })
  t.same(await processesOf(place), [])
})

t.test('a join and a failure reach every agent of a small cluster', { skip }, async t => {
  const args = ['convergence', '--nodes', '3', '--rounds', '1', '--profile', 'local']
  const { code, stdout, stderr } = await runTasks(testPlace(t), [...args, '--out', logs, '--json'])
  t.equal(code, 0, stderr + stdout)
  const { sizes } = JSON.parse(stdout) as Convergence
  t.same(
    sizes.map(({ nodes }) => nodes),
    [3],
  )
  for (const { join, failure } of sizes) {
    for (const { first, half, all } of [join, failure]) {
      t.ok(
        Number(first[0]) >= 0 && Number(first[0]) <= Number(half[0]),
        `${first.join()} ${half.join()}`,
      )
      t.ok(Number(half[0]) <= Number(all[0]), `${half.join()} ${all.join()}`)
    }
    t.ok(Number(failure.first[0]) > Number(join.all[0]), 'a failure is suspected first')
  }
})

t.test("the report's links and pictures all resolve", { skip }, async t => {
  const folder = join(out, 'report')
  const { code, stderr } = await runTasks(testPlace(t), ['report', '--logs', logs, '--out', folder])
  t.equal(code, 0, stderr)
  const markdown = readFileSync(join(folder, 'report.md'), 'utf8')
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => slug(title))
  const targets = [...markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)
  t.ok(targets.length > 200, `${targets.length} links`)
  const broken = targets.filter(target =>
    target.startsWith('#')
      ? !headings.includes(target.slice(1))
      : !existsSync(resolve(folder, decodeURI(target))),
  )
  t.same(broken, [])
  t.equal(new Set(headings).size, headings.length, 'no two headings share an anchor')
  t.match(markdown, '](pictures/scale-out.svg)')
  t.same(readdirSync(join(folder, 'pictures')), ['convergence.svg', 'scale-out.svg'])

  const html = readFileSync(join(folder, 'report.html'), 'utf8')
  const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  const anchors = [...html.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id)
  t.ok(anchors.length > 200)
  t.same(
    anchors.filter(id => !ids.has(id)),
    [],
  )
  const sources = [...html.matchAll(/<img [^>]*src="([^"]{0,40})/g)].map(
    ([, source = '']) => source,
  )
  t.ok(sources.length > 20)
  t.same(
    sources.filter(source => !source.startsWith('data:image/')),
    [],
  )
})

t.test('a hand-in keeps what is complete, and proves each line', { skip }, async t => {
  const report = ['--author', 'Ada Lovelace', '--repository', 'https://example.org/lab.git']
  const args = ['hand-in', '--out', out, ...report, '--json']
  const { code, stdout, stderr } = await runTasks(testPlace(t), args)
  t.match(stderr, /task 6 .*: kept from an earlier run/)
  t.match(stderr, /compare .*: kept from an earlier run/)
  const { ok, rows, figures } = JSON.parse(stdout) as {
    ok: boolean
    rows: ProofRow[]
    figures: ReportFigures
  }
  t.same(
    rows.filter(({ holds }) => !holds),
    [],
  )
  t.match({ code, ok }, { code: 0, ok: true })
  t.ok(figures.pdfPages > 5 && figures.textPx > 2000, JSON.stringify(figures))
  for (const { id } of assignmentLines)
    t.ok(
      rows.some(row => row.line === id),
      id,
    )
  t.match(readFileSync(join(out, 'hand-in.log'), 'utf8'), /npm run lab -- report --author Ada/)
})

t.test('a report of incomplete evidence says so, and exits with 1', { skip }, async t => {
  rmSync(join(logs, 'task-5/4-s1-stops/haproxy.cfg'))
  const args = ['report', '--logs', logs, '--out', join(out, 'second'), '--json']
  const { code, stdout } = await runTasks(testPlace(t), args)
  t.equal(code, 1)
  t.match(JSON.parse(stdout), { ok: false, faults: ['task 5: 4-s1-stops/haproxy.cfg is missing'] })
  const proof = ['proof', '--logs', logs, '--report', join(out, 'second')]
  const proved = await runTasks(testPlace(t), proof)
  t.equal(proved.code, 1)
  t.match(proved.stdout, /task 5 .*✗ .*4-s1-stops\/haproxy.cfg is missing/)
  t.match(proved.stdout, /✗ none: report --author NAME/)
})

t.test('without a Chromium nothing is begun', async t => {
  const place = testPlace(t)
  const empty = join(temporaryFolder(t), 'logs')
  const { code, stderr } = await runTasks(place, ['task', '0', '--out', empty], {
    env: { PATH: '/nowhere' },
  })
  t.equal(code, 2)
  t.match(stderr, /chromium not found .*; install it with: sudo apt-get install -y chromium/)
  t.notOk(existsSync(empty))
})

t.test('without a container engine nothing is begun', async t => {
  const folder = join(temporaryFolder(t), 'lab')
  const empty = join(temporaryFolder(t), 'logs')
  const args = ['task', '0', '--engine', 'podman', '--out', empty]
  const { code, stderr } = await runTasks({ subnet: '10.99.99', folder }, args, {
    env: { PATH: '/nowhere' },
  })
  t.equal(code, 2)
  t.match(stderr, /^error: .*podman/)
  t.notOk(existsSync(empty))
})

t.test('what is wrong with a command is told in one line, and the exit code is 2', async t => {
  const nothing = join(temporaryFolder(t), 'logs')
  mkdirSync(dirname(nothing), { recursive: true })
  for (const [args, message] of [
    [['task', '7'], /task: expected a number from 0 to 6, or all, got 7/],
    [['task'], /missing required argument 'n'/],
    [
      ['compare', '--engine', 'container'],
      /--subnet: expected a private network of containers .*, got 127/,
    ],
    [['compare', '--rounds', '0'], /--rounds: expected a number from 1 to 20, got "0"/],
    [['compare', '--only', 'dance'], /--only: expected some of join, stop.*, got dance/],
    [['convergence', '--nodes', '2'], /--nodes: expected a number from 3 to 60.*, got "2"/],
    [['convergence', '--rounds', 'x'], /--rounds: expected a number from 1 to 50, got "x"/],
    [['proof', '--report', nothing], /holds no report .*: write it first with: npm run lab/],
    [['report', '--logs', nothing], /holds no evidence: take it first with: npm run lab/],
  ] as const) {
    const { code, stderr } = await runTasks(testPlace(t), args)
    t.equal(code, 2, args.join(' '))
    t.match(stderr, message)
  }
})
