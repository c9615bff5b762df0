import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { until } from 'real-components'
import t from 'tap'
import { startStopOrder } from './start-stop-order.js'
import {
  isReady,
  note,
  noting,
  nothingIsLeft,
  skip,
  sleeping,
  supervise,
  waitForGate,
} from './supervise.js'

/** Longer than a loaded machine needs for a stop. */
const stopTimeoutMs = 60_000

t.test(
  'a service starts once all it waits for are ready, and they stop in reverse order',
  { skip },
  async t => {
    const tree = await supervise(t, {
      'by-fd': {
        run: noting('by-fd', { before: `${waitForGate('fd')}; echo >&4` }),
        ready: { fd: 4 },
      },
      'by-check': {
        run: noting('by-check'),
        ready: { check: 'test -e "$FOLDER/check"', everyMs: 10 },
      },
      both: { run: noting('both', { slowly: 'sleep 0.1' }), after: ['by-fd', 'by-check'] },
    })
    const isWaiting = () => tree.processes().includes('s6-svwait -U ../by-check ../by-fd')

    await until('both to wait', () => tree.notes().length === 2 && isWaiting())
    t.strictSame(tree.notes().toSorted(), ['by-check starts', 'by-fd starts'])

    tree.open('fd')
    await until('by-fd to be ready', () => isReady(tree, 'by-fd'))
    t.ok(isWaiting(), 'one of two is not enough')
    t.notOk(await isReady(tree, 'by-check'))

    tree.open('check')
    await until('both to start', () => tree.notes().length === 3)
    t.equal(tree.notes()[2], 'both starts')

    await tree.stop()
    const stops = tree.notes().slice(3)
    t.equal(stops[0], 'both stops')
    t.strictSame(stops.slice(1).toSorted(), ['by-check stops', 'by-fd stops'])
    await nothingIsLeft(tree)
  },
)

t.test(
  'a service that tells nothing of its readiness is ready when it starts, and not while it waits',
  { skip },
  async t => {
    const tree = await supervise(t, {
      first: {
        run: noting('first', { before: `${waitForGate('gate')}; echo >&3` }),
        ready: { fd: 3 },
      },
      second: { run: noting('second'), after: ['first'] },
      third: { run: noting('third'), after: ['second'] },
    })
    await until('first to start, and second and third to wait', () => {
      const waiting = new Set(tree.processes())
      return (
        tree.notes().length > 0 &&
        waiting.has('s6-svwait -U ../first') &&
        waiting.has('s6-svwait -U ../second')
      )
    })
    t.strictSame(tree.notes(), ['first starts'])
    tree.open('gate')
    await until('third to start', () => tree.notes().length === 3)
    await tree.stop()
    // Second is ready when its command starts, so third may be the first to note it.
    t.strictSame(tree.notes().slice(1, 3).toSorted(), ['second starts', 'third starts'])
    t.strictSame(tree.notes().slice(3), ['third stops', 'second stops', 'first stops'])
    await nothingIsLeft(tree)
  },
)

t.test('a service is stopped by the signal of its own', { skip }, async t => {
  const signals = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2', 'WINCH'] as const
  const tree = await supervise(
    t,
    Object.fromEntries(
      signals.map(signal => [
        signal,
        { run: noting(signal, { signal }), stopSignal: signal, stopTimeoutMs },
      ]),
    ),
  )
  await until('all to start', () => tree.notes().length === signals.length)
  const tookMs = await tree.stop()
  t.strictSame(
    tree.notes().slice(signals.length).toSorted(),
    signals.map(s => `${s} stops`).toSorted(),
  )
  t.ok(tookMs < stopTimeoutMs, `no time to stop ran out: ${Math.round(tookMs)} ms`)
  await nothingIsLeft(tree)
})

t.test('a service that ignores its stop is killed when its time is over', { skip }, async t => {
  const tree = await supervise(t, {
    stubborn: {
      run: `trap '' TERM\necho "stubborn starts" >> "$FOLDER/notes"\nwhile :; do sleep 0.01; done`,
      stopTimeoutMs: 300,
    },
    polite: { run: noting('polite'), stopTimeoutMs, after: ['stubborn'] },
  })
  await until('both to start', () => tree.notes().length === 2)
  const tookMs = await tree.stop()
  t.ok(tookMs >= 300 && tookMs < stopTimeoutMs, `${Math.round(tookMs)} ms`)
  t.strictSame(tree.notes(), ['stubborn starts', 'polite starts', 'polite stops'])
  await nothingIsLeft(tree)
})

t.test(
  'what a service prints lands in its log, to its last word, each line with its time',
  { skip },
  async t => {
    const tree = await supervise(t, {
      web: {
        run: `echo out; echo err >&2\n${noting('web', { slowly: 'echo bye' })}`,
        log: '${FOLDER}/logs/web',
      },
      api: { run: `echo api\n${noting('api')}`, log: '${FOLDER}/logs/api' },
    })
    await until('both to sleep', () => sleeping(tree) === 2)
    await tree.stop()
    await nothingIsLeft(tree)
    const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ +/
    const linesOf = (name: string) => {
      const text = readFileSync(join(tree.folder, 'logs', name, 'current'), 'utf8')
      t.ok(
        text
          .trim()
          .split('\n')
          .every(line => time.test(line)),
      )
      return text
        .trim()
        .split('\n')
        .map(line => line.replace(time, ''))
    }
    t.strictSame(linesOf('web'), ['out', 'err', 'bye'])
    t.strictSame(linesOf('api'), ['api'])
  },
)

t.test('a stop while services still wait ends all of them, by any signal', { skip }, async t => {
  const signals = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2', 'WINCH'] as const
  const waiting = signals.map(signal => [
    `wait-${signal}`,
    { run: noting(`wait-${signal}`), after: ['never'], stopSignal: signal, stopTimeoutMs },
  ])
  const tree = await supervise(t, {
    never: { run: 'exec sleep 1000', ready: { check: 'exit 1', everyMs: 10 }, stopTimeoutMs },
    ...Object.fromEntries(waiting),
  })
  await until('all to wait', () => {
    const commands = tree.processes()
    return commands.filter(command => command === 's6-svwait -U ../never').length === signals.length
  })
  const tookMs = await tree.stop()
  t.ok(tookMs < stopTimeoutMs, `no time to stop ran out: ${Math.round(tookMs)} ms`)
  t.strictSame(tree.notes(), [])
  await nothingIsLeft(tree)
})

t.test('a stop before the services have started leaves nothing behind', { skip }, async t => {
  const tree = await supervise(t, {
    first: { run: noting('first'), ready: { check: 'exit 1' } },
    second: { run: noting('second'), after: ['first'], log: '${FOLDER}/logs' },
  })
  await until('s6-svscan to begin', () =>
    tree.processes().some(text => text.startsWith('s6-supervise')),
  )
  await tree.stop()
  await nothingIsLeft(tree)
})

t.test('Ctrl-C stops in order, too', { skip }, async t => {
  const tree = await supervise(t, {
    first: { run: noting('first', { slowly: 'sleep 0.1' }), ready: { check: 'true' } },
    second: { run: noting('second', { slowly: 'sleep 0.1' }), after: ['first'] },
  })
  await until('both to start', () => tree.notes().length === 2)
  await tree.stop('SIGINT')
  t.strictSame(tree.notes().slice(2), ['second stops', 'first stops'])
  await nothingIsLeft(tree)
})

t.test(
  'a oneshot is done before those that wait for it, and undone after them',
  { skip },
  async t => {
    const tree = await supervise(t, {
      folders: {
        up: `${note('made $WHAT')}; sleep 0.1`,
        down: note('removed $WHAT'),
        environment: { WHAT: "it's" },
      },
      all: { contents: ['folders'] },
      web: { run: noting('web'), after: ['all'] },
      failing: { up: `${note('tried')}; exit 1`, down: note('never') },
      late: { run: noting('late'), after: ['failing'] },
      slow: { up: 'exec sleep 1000', upTimeoutMs: 100, down: note('never') },
      stuck: { up: note('stuck'), down: 'exec sleep 1000', downTimeoutMs: 200 },
    })
    await until('web to start', () => tree.notes().includes('web starts'))
    const isOver = async (name: string) => (await tree.state(name)).startsWith('down (exitcode 1)')
    await until('slow to be killed', () => isOver('slow'))
    await until('failing to fail', () => isOver('failing'))
    await until('stuck to be ready', () => isReady(tree, 'stuck'))
    t.notOk(tree.notes().includes('late starts'))
    t.ok(tree.notes().indexOf("made it's") < tree.notes().indexOf('web starts'))
    const tookMs = await tree.stop()
    t.ok(tookMs >= 200 && tookMs < stopTimeoutMs, `${Math.round(tookMs)} ms`)
    const notes = tree.notes()
    t.strictSame(
      notes.filter(text => text === 'tried'),
      ['tried'],
      'what failed is not tried again',
    )
    t.notOk(notes.includes('never'), 'what did not succeed is not undone')
    t.ok(notes.indexOf('web stops') < notes.indexOf("removed it's"))
    await nothingIsLeft(tree)
  },
)

t.test(
  'a crash loop ends, and a service is started again only as it was described',
  { skip },
  async t => {
    const once = '[ -e "$FOLDER/ran" ] && exit 0; : > "$FOLDER/ran"'
    const tree = await supervise(t, {
      loops: { run: `${note('loops')}; kill -SEGV $$`, giveUp: { deaths: 3, withinSeconds: 60 } },
      never: { run: `${note('never')}; exit 1`, restart: 'never' },
      recovers: { run: `${note('recovers')}; ${once}; exit 7`, restart: 'on-failure' },
      decides: { run: `${note('decides')}; exit 3`, finish: '[ "$1" -ne 3 ] || exit 125' },
      cleans: {
        run: 'kill -KILL $$',
        finish: `echo "cleans $1 $2 $3" >> "$FOLDER/notes"`,
        restart: 'never',
      },
      waits: { run: noting('waits'), after: ['ends'] },
      ends: { run: 'exit 1', ready: { fd: 4 }, restart: 'never' },
    })
    await until('the loop to end', async () => {
      const isDown = (await tree.state('loops')).startsWith('down (signal SIGSEGV)')
      return isDown && tree.notes().filter(text => text === 'loops').length === 3
    })
    const downs = ['loops', 'never', 'recovers', 'decides', 'cleans', 'ends']
    for (const name of downs) {
      await until(`${name} to be given up`, async () => {
        const state = await tree.state(name)
        return state.startsWith('down') && !state.includes('want up')
      })
    }
    t.strictSame(tree.notes().toSorted(), [
      'cleans 256 9 cleans',
      'decides',
      'loops',
      'loops',
      'loops',
      'never',
      'recovers',
      'recovers',
    ])
    await tree.stop()
    t.notOk(tree.notes().includes('waits starts'), 'a service does not start after a failed one')
    await nothingIsLeft(tree)
  },
)

t.test(
  'a service runs as its user and within its limits, and so do its check and its logger',
  { skip: skip || (process.getuid?.() === 0 ? false : 'only root can change its user') },
  async t => {
    const tree = await supervise(t, {
      web: {
        run: 'echo "run $(id -un) $(ulimit -n)"\nexec sleep 1000',
        ready: { check: 'echo "check $(id -un)" > "$FOLDER/open/check"' },
        user: 'nobody',
        limits: { openFiles: 123 },
        log: { folder: '${FOLDER}/log', user: '65534:65534' },
      },
      once: { up: 'echo "up $(id -u)" > "$FOLDER/open/up"', user: '65534:65534' },
      after: { run: noting('after'), after: ['web', 'once'] },
    })
    await until('all to start', () => tree.notes().length === 1)
    await tree.stop()
    // The logger may outlive s6-svscan by a moment.
    await nothingIsLeft(tree)
    const read = (...path: string[]) => readFileSync(join(tree.folder, ...path), 'utf8')
    t.match(read('log', 'current'), /run nobody 123\n$/)
    t.equal(read('open', 'check'), 'check nobody\n')
    t.equal(read('open', 'up'), 'up 65534\n')
    t.equal(statSync(join(tree.folder, 'log', 'current')).uid, 65534)
  },
)

t.test('a log is cut into files, and no more are kept than were asked for', { skip }, async t => {
  const tree = await supervise(t, {
    web: {
      run: 'seq 1 20000\nexec sleep 1000',
      log: { folder: '${FOLDER}/log', files: 2, bytesPerFile: 4096 },
    },
    own: { run: 'echo hello\nexec sleep 1000', log: { run: 'exec cat > "$FOLDER/own"' } },
  })
  await until('all to be logged', () => sleeping(tree) === 2)
  await tree.stop()
  await nothingIsLeft(tree)
  const names = readdirSync(join(tree.folder, 'log')).filter(name => name.startsWith('@'))
  t.equal(names.length, 2)
  const texts = [...names.toSorted(), 'current'].map(name =>
    readFileSync(join(tree.folder, 'log', name), 'utf8'),
  )
  t.notMatch(texts.join(''), / 1\n/, 'the oldest are gone')
  t.match(texts.join(''), / 20000\n$/)
  t.equal(readFileSync(join(tree.folder, 'own'), 'utf8'), 'hello\n')
})

t.test(
  'services in any order of dependencies start in that order and stop in reverse',
  { skip },
  async t => {
    await t.resolves(startStopOrder.check(startStopOrder.runs))
  },
)
