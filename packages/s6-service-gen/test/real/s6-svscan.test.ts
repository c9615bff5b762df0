import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { endProcess, missingProgram, temporaryFolder, until, type Tidy } from 'real-components'
import t from 'tap'
import { generate } from '../../src/generate.js'
import { writeTree } from '../../src/write-tree.js'

const skip = missingProgram('s6-svscan', 's6-supervise', 's6-svwait', 's6-notifyoncheck', 's6-log')

/** A tree that a real s6-svscan supervises. */
interface Supervised {
  readonly folder: string
  /** What the services noted so far, in order. */
  notes(): string[]
  /** Command lines of every process that descends from s6-svscan, itself included. */
  processes(): string[]
  /** Lets a service go on that waits at this gate. */
  open(gate: string): void
  /** Sends SIGTERM to s6-svscan, waits for its end, and tells how long it took. */
  stop(): Promise<number>
}

async function supervise(t: Tidy, services: object): Promise<Supervised> {
  const folder = temporaryFolder(t)
  const tree = join(folder, 'tree')
  await writeTree(tree, generate(services, { layout: 's6' }))
  writeFileSync(join(folder, 'notes'), '')
  const svscan = spawn('s6-svscan', [tree], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], FOLDER: folder },
  })
  t.teardown(async () => {
    await endProcess(svscan)
    for (const { pid } of descendants(folder)) process.kill(pid, 'SIGKILL')
  })
  return {
    folder,
    notes: () => readFileSync(join(folder, 'notes'), 'utf8').split('\n').slice(0, -1),
    processes: () => descendants(folder).map(({ command }) => command),
    open: gate => writeFileSync(join(folder, gate), ''),
    async stop() {
      const from = performance.now()
      const ended = once(svscan, 'exit')
      svscan.kill('SIGTERM')
      await ended
      return performance.now() - from
    },
  }
}

/** Found by the environment that they inherited: the services are in sessions of their own. */
function descendants(folder: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && wordsOf(name, 'environ').includes(`FOLDER=${folder}`))
    .map(pid => ({ pid: Number(pid), command: wordsOf(pid, 'cmdline').join(' ').trim() }))
}

function wordsOf(pid: string, file: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0')
  } catch {
    return [] // It ended in between, or is somebody else's.
  }
}

/** A shell service that notes its start, does `before`, waits, and does `slowly` before it stops. */
function noting(name: string, { signal = 'TERM', before = ':', slowly = ':' } = {}): string {
  const note = (what: string) => `echo "${name} ${what}" >> "$FOLDER/notes"`
  return [
    `trap 'kill "$!"; ${slowly}; ${note('stops')}; exit 0' ${signal}`,
    note('starts'),
    before,
    'sleep 1000 &',
    'wait "$!"',
  ].join('\n')
}

const waitForGate = (gate: string) => `until [ -e "$FOLDER/${gate}" ]; do sleep 0.01; done`

/** How many services do what they are there for. */
function sleeping({ processes }: Supervised): number {
  return processes().filter(command => command === 'sleep 1000').length
}

async function isReady({ folder }: Supervised, name: string): Promise<boolean> {
  const execute = promisify(execFile)
  return (
    (await execute('s6-svstat', ['-o', 'ready', join(folder, 'tree', name)])).stdout === 'true\n'
  )
}

async function nothingIsLeft({ processes }: Supervised): Promise<void> {
  await until(`nothing to be left of ${processes().join(', ')}`, () => processes().length === 0)
}

void t.test(
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
    const isWaiting = () => tree.processes().includes('s6-svwait -U ../by-fd ../by-check')

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

void t.test(
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
    await until('second and third to wait', () => {
      const waiting = tree.processes().filter(command => command.startsWith('s6-svwait'))
      return waiting.includes('s6-svwait -U ../first') && waiting.includes('s6-svwait -U ../second')
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

void t.test('a service is stopped by the signal of its own', { skip }, async t => {
  const signals = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2']
  const tree = await supervise(
    t,
    Object.fromEntries(
      signals.map(signal => [signal, { run: noting(signal, { signal }), stopSignal: signal }]),
    ),
  )
  await until('all to start', () => tree.notes().length === signals.length)
  const tookMs = await tree.stop()
  t.strictSame(
    tree.notes().slice(signals.length).toSorted(),
    signals.map(s => `${s} stops`).toSorted(),
  )
  t.ok(tookMs < 5000, 'no time to stop ran out')
  await nothingIsLeft(tree)
})

void t.test(
  'a service that ignores its stop is killed when its time is over',
  { skip },
  async t => {
    const tree = await supervise(t, {
      stubborn: {
        run: `trap '' TERM\necho "stubborn starts" >> "$FOLDER/notes"\nwhile :; do sleep 0.01; done`,
        stopTimeoutMs: 300,
      },
      polite: { run: noting('polite'), stopTimeoutMs: 60_000, after: ['stubborn'] },
    })
    await until('both to start', () => tree.notes().length === 2)
    const tookMs = await tree.stop()
    t.ok(tookMs >= 300 && tookMs < 5000, `${Math.round(tookMs)} ms`)
    t.strictSame(tree.notes(), ['stubborn starts', 'polite starts', 'polite stops'])
    await nothingIsLeft(tree)
  },
)

void t.test(
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

void t.test(
  'a stop while services still wait ends all of them, by any signal',
  { skip },
  async t => {
    const signals = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2']
    const waiting = signals.map(signal => [
      `wait-${signal}`,
      { run: noting(`wait-${signal}`), after: ['never'], stopSignal: signal },
    ])
    const tree = await supervise(t, {
      never: { run: 'exec sleep 1000', ready: { check: 'exit 1', everyMs: 10 } },
      ...Object.fromEntries(waiting),
    })
    await until('all to wait', () => {
      const commands = tree.processes()
      return (
        commands.filter(command => command === 's6-svwait -U ../never').length === signals.length
      )
    })
    const tookMs = await tree.stop()
    t.ok(tookMs < 5000, 'no time to stop ran out')
    t.strictSame(tree.notes(), [])
    await nothingIsLeft(tree)
  },
)

void t.test('a stop before the services have started leaves nothing behind', { skip }, async t => {
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
