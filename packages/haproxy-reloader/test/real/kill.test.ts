import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endProcess, haproxyReleases, loopbackAddress, until, type Tidy } from 'real-components'
import t, { type Test } from 'tap'
import { reloadViaMaster, type DesiredState, type ReloaderOptions } from '../../src/index.js'
import type { Assignment } from './applying-process.js'
import { onEachHaproxy, server, workbench, type Workbench } from './running-haproxy.js'

const applyingProcess = fileURLToPath(new URL('applying-process.js', import.meta.url))
const more = 'backend more\n  balance roundrobin\n'
const quick = { reloadIntervalMs: 0 }
const pidOf = async ({ runtime }: Workbench) => (await runtime.info()).pid
const fileText = ({ configFile }: Workbench) => readFileSync(configFile, 'utf8')
const before = [server('s1'), server('s9')]
const after = [server('s1', { weight: 20 }), server('s2'), server('s3')]

/** The suite divides the steps between the releases; `npm run kill` runs all steps with each release. */
const isWhole = process.argv.includes('--whole')
/** HAProxy tries for seconds to bind an occupied port. */
const inFull = { skip: isWhole ? false : 'it is in `npm run kill`' }

/** Steps at which the applying process is killed, with the number of reloads needed after that. */
const atRuntime = { 'half sent': 0, sent: 0, applied: 0, settled: 0 }
const byReload = {
  'before the check': 1,
  checked: 1,
  'file replaced': 1,
  'reload sent': 0,
  reloaded: 0,
  verified: 0,
  applied: 0,
}

/** Steps of a change of files, and whether one of them is loaded by a reload. */
const withFiles = [
  ['list set', false],
  ['file replaced', true],
  ['checked', true],
  ['reloaded', true],
] as const

/** Runs a process that applies a configuration, and kills it at a step. */
async function applyAndKill(
  t: Tidy,
  bench: Workbench,
  given: Omit<Assignment, 'file' | 'runtimeSocket' | 'masterSocket' | 'generations'>,
): Promise<void> {
  const assignment: Assignment = {
    file: bench.configFile,
    runtimeSocket: bench.runtimeSocket,
    masterSocket: bench.masterSocket,
    generations: join(bench.folder, 'generations'),
    ...given,
  }
  const file = join(bench.folder, 'assignment.json')
  writeFileSync(file, JSON.stringify(assignment))
  const child = spawn(process.execPath, [applyingProcess, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Without the modules that the test runner preloads.
    env: { PATH: process.env['PATH'] },
  })
  t.teardown(() => endProcess(child, 'SIGKILL'))
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the process ended before the step ${given.stopAt}`)
  })
  await Promise.race([once(child.stdout, 'data'), ended])
  ended.catch(() => {})
  await endProcess(child, 'SIGKILL')
}

/** Creates a reloader that counts its reloads of HAProxy. */
function counting(bench: Workbench, options: Partial<ReloaderOptions> = {}) {
  const reload = reloadViaMaster({ socket: bench.masterSocket })
  const count = { reloads: 0 }
  const reloader = bench.reloader({
    ...quick,
    generations: { folder: join(bench.folder, 'generations') },
    reload: limits => (count.reloads++, reload(limits)),
    ...options,
  })
  return { reloader, count }
}

async function converges(
  t: Test,
  bench: Workbench,
  desired: DesiredState,
  reloads: number,
): Promise<void> {
  const { reloader, count } = counting(bench)
  t.match(await reloader.apply(desired), { kind: /^(?:applied|unchanged)$/ })
  await reloader.settled()
  const servers = await bench.runtime.servers(['nodes'])
  t.strictSame(
    servers.map(({ name, weight, admin }) => ({ name, weight, admin })).toSorted(byName),
    desired.pools[0]?.servers.map(({ name, weight }) => ({ name, weight, admin: 'ready' })),
  )
  t.equal(fileText(bench), desired.text)
  t.strictSame(
    readdirSync(bench.folder).filter(name => name.includes('haproxy.cfg')),
    ['haproxy.cfg'],
    'no other file is left in the folder',
  )
  t.equal(count.reloads, reloads, 'reloads')
  const kept = await reloader.generations()
  t.equal((await reloader.generation(kept.at(-1)?.number ?? 0)).text, desired.text)
  t.equal(reloader.statistics().generationsError, undefined)
}

/** Mounts a disk of 64 kB on a folder. */
function mount(t: Tidy, folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
  t.teardown(() => execFileSync('umount', [folder]))
}

/** Fills a disk; the returned function makes room again. */
function fill(folder: string): () => void {
  const ballast = join(folder, 'ballast')
  t.throws(() => writeFileSync(ballast, 'x'.repeat(100_000)), { code: 'ENOSPC' })
  return () => rmSync(ballast)
}

function readOnly(folder: string): () => void {
  execFileSync('mount', ['-o', 'remount,ro', folder])
  return () => execFileSync('mount', ['-o', 'remount,rw', folder])
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1
}

onEachHaproxy(t, async (t, program, which) => {
  for (const [steps, extra] of [
    [atRuntime, ''],
    [byReload, more],
  ] as const) {
    for (const [i, [stopAt, reloads]] of Object.entries(steps).entries()) {
      if (!isWhole && i % haproxyReleases().length !== which) continue
      const kind = extra === '' ? 'a change at run time' : 'a reload'
      t.test(
        `a process that is killed at "${stopAt}" of ${kind} is continued by the next one`,
        async t => {
          const bench = await workbench(t, program)
          const old = bench.desire(before)
          await bench.start(old)
          const worker = await pidOf(bench)
          const desired = bench.desire(after, extra)
          await applyAndKill(t, bench, { program, desired, stopAt })
          t.ok([old.text, desired.text].includes(fileText(bench)), 'one whole file')
          // If a reload was requested, the new worker takes over meanwhile.
          if (extra !== '' && reloads === 0)
            await until('the new worker', async () => (await pidOf(bench)) !== worker)
          await converges(t, bench, desired, reloads)
        },
      )
    }
  }

  /** Applies two changes to a large file, and is killed before the second one is written. */
  const killedBeforeWriting = async (t: Tidy) => {
    const bench = await workbench(t, program)
    const large = '# a comment of a large file\n'.repeat(4000)
    const checked = { options: 'check inter 60s' }
    const old = bench.desire([server('s1'), server('s8'), server('s9')], large)
    const haproxy = await bench.start(old)
    const earlier = [old, bench.desire([server('s1'), server('s2', checked), server('s9')], large)]
    const desired = bench.desire(
      [server('s1', { weight: 20 }), server('s2', checked), server('s3', checked)],
      large,
    )
    await applyAndKill(t, bench, { program, earlier, desired, stopAt: 'not written' })
    return { bench, haproxy, desired, isBehind: fileText(bench) !== desired.text }
  }

  t.test('changes that a killed process had not written are written without a reload', async t => {
    const { bench, desired, isBehind } = await killedBeforeWriting(t)
    t.ok(isBehind, 'the file is older than what HAProxy runs')
    const worker = await pidOf(bench)
    await converges(t, bench, desired, 0)
    t.equal(await pidOf(bench), worker, 'no server was dropped: it is the same worker')
  })

  t.test('a HAProxy that restarts with the older file gets the changes again', async t => {
    const { bench, haproxy, desired } = await killedBeforeWriting(t)
    await endProcess(haproxy, 'SIGTERM')
    await bench.start()
    await converges(t, bench, desired, 0)
  })

  t.test('a HAProxy that started from the replaced file is not reloaded', async t => {
    const bench = await workbench(t, program)
    const first = await bench.start(bench.desire(before))
    const desired = bench.desire(after, more)
    await applyAndKill(t, bench, { program, desired, stopAt: 'file replaced' })
    await endProcess(first, 'SIGTERM')
    await bench.start()
    await converges(t, bench, desired, 0)
  })

  const ofRelease = (_: unknown, i: number) => isWhole || i % haproxyReleases().length === which
  for (const [stopAt, isLoaded] of withFiles.filter(ofRelease))
    t.test(
      `files of a process that is killed at "${stopAt}" are those of the next one`,
      async t => {
        const bench = await workbench(t, program)
        const [hosts, page] = ['hosts.map', 'page.txt'].map(name => join(bench.folder, name))
        const frontend = `frontend maps
  http-request set-header x %[req.hdr(host),map(${hosts})]
  http-request return status 200 content-type text/plain file ${page}
`
        const desire = (value: string, text: string): DesiredState => ({
          ...bench.desire(before, frontend),
          files: [
            { path: hosts ?? '', text: `a ${value}\n`, use: 'map' },
            { path: page ?? '', text, use: 'reload' },
          ],
        })
        const old = desire('one', 'page one\n')
        for (const { path, text } of old.files ?? []) writeFileSync(path, text)
        await bench.start(old)
        const worker = await pidOf(bench)
        const desired = desire('two', isLoaded ? 'page two\n' : 'page one\n')
        await applyAndKill(t, bench, { program, earlier: [old], desired, stopAt })
        if (stopAt === 'reloaded')
          await until('the new worker', async () => (await pidOf(bench)) !== worker)
        await converges(t, bench, desired, isLoaded && stopAt !== 'reloaded' ? 1 : 0)
        t.strictSame(
          desired.files?.map(({ path }) => readFileSync(path, 'utf8')),
          desired.files?.map(({ text }) => text),
        )
        t.strictSame(await bench.runtime.map(hosts ?? '').entries(), [{ key: 'a', value: 'two' }])
      },
    )

  t.test('a HAProxy that is killed during a batch starts with the whole change', async t => {
    const bench = await workbench(t, program)
    const haproxy = await bench.start(bench.desire(before))
    const worker = await pidOf(bench)
    const desired = bench.desire(after)
    const { reloader, count } = counting(bench, {
      runtime: {
        ...bench.runtime,
        async batch(commands, options) {
          await bench.runtime.batch(commands.slice(0, 2), options)
          process.kill(worker, 'SIGKILL')
          await endProcess(haproxy, 'SIGKILL')
          return bench.runtime.batch(commands.slice(2), options)
        },
      },
    })
    t.match(await reloader.apply(desired), { kind: 'deferred' })
    await reloader.close()
    t.equal(fileText(bench), desired.text)
    t.equal(count.reloads, 0)
    await bench.start()
    await converges(t, bench, desired, 0)
  })

  const noMount = process.getuid?.() === 0 ? false : 'only root may mount a small disk'
  t.test(
    'with a full or read-only disk no change and no file is lost',
    { skip: noMount },
    async t => {
      const bench = await workbench(t, program)
      const disk = join(bench.folder, 'disk')
      mkdirSync(disk)
      mount(t, disk)
      const file = join(disk, 'haproxy.cfg')
      const old = bench.desire(before)
      writeFileSync(file, old.text)
      await bench.start(old)
      const options = { configFile: file, generations: { folder: join(disk, 'generations') } }
      const { reloader, count } = counting(bench, options)
      t.match(await reloader.apply(old), { kind: 'unchanged' })
      await reloader.settled()
      const refused = { name: 'ReloadError', code: 'file' }
      const names = async () => (await bench.runtime.servers(['nodes'])).map(({ name }) => name)
      const structural = bench.desire(after, more)
      for (const refuse of [fill, readOnly]) {
        const allow = refuse(disk)
        await t.rejects(reloader.apply(structural), refused)
        t.strictSame(await names(), ['s1', 's9'], 'no reload without a file')
        // What HAProxy can be told at run time does not wait for the disk.
        await t.rejects(reloader.apply(bench.desire([server('s1')])), refused)
        const s9 = (await bench.runtime.servers(['nodes'])).find(({ name }) => name === 's9')
        t.match(s9, { weight: 0 })
        t.equal(readFileSync(file, 'utf8'), old.text)
        t.strictSame(
          (await reloader.generations()).map(({ number }) => number),
          [1],
        )
        allow()
        t.match(await reloader.apply(old), { kind: 'applied', via: 'runtime', generation: 1 })
      }
      t.equal(count.reloads, 0)
      await reloader.settled()
      t.match(await reloader.apply(bench.desire([server('s1')])), { generation: 2 })
      await reloader.settled()
      t.match(reloader.statistics(), { generationsError: undefined })
    },
  )

  t.test('with a missing stats socket the file is prepared for the next HAProxy', async t => {
    const bench = await workbench(t, program)
    const haproxy = await bench.start(bench.desire(before))
    const { reloader, count } = counting(bench)
    await reloader.apply(bench.desire(before))
    // A reload would not bring it back: the new worker takes over the socket, not its name.
    rmSync(bench.runtimeSocket)
    const desired = bench.desire(after)
    t.match(await reloader.apply(desired), { kind: 'deferred', cause: /runtime\.sock/ })
    await reloader.close()
    t.equal(count.reloads, 0)
    t.equal(fileText(bench), desired.text)
    await endProcess(haproxy, 'SIGTERM')
    await bench.start()
    await converges(t, bench, desired, 0)
  })

  t.test('a worker that never starts: the last good file is back for the next HAProxy', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire(before)
    const haproxy = await bench.start(good)
    const { reloader } = counting(bench)
    await reloader.apply(good)
    // HAProxy's check does not chroot; the new worker fails there, and HAProxy exits with it.
    const missing = join(bench.folder, 'missing')
    const bad = {
      ...good,
      text: good.text.replace('global\n', `global\n  chroot ${missing}\n`),
    }
    t.match(await reloader.apply(bad), { kind: 'rolled-back', cause: /HAProxy exited/ })
    await reloader.close()
    t.equal(fileText(bench), good.text)
    await endProcess(haproxy, 'SIGKILL')
    await bench.start()
    await converges(t, bench, good, 0)
  })

  t.test('an occupied port is rolled back, also after the process was killed', inFull, async t => {
    const bench = await workbench(t, program)
    const good = bench.desire(before)
    await bench.start(good)
    const address = loopbackAddress()
    const other = createServer().listen(0, address)
    t.teardown(() => other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const bad = bench.desire(before, `frontend more\n  bind ${address}:${port}\n`)
    await applyAndKill(t, bench, { program, desired: bad, stopAt: 'reloaded' })
    const { reloader } = counting(bench)
    t.match(await reloader.apply(bad), { kind: 'rolled-back' })
    await reloader.close()
    t.equal(fileText(bench), good.text)
    t.match(await bench.runtime.servers(['nodes']), [{ name: 's1' }, { name: 's9' }])
  })
})
