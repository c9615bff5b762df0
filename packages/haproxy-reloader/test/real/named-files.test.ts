import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endProcess } from 'real-components'
import t from 'tap'
import { namedFilesScene, runningFilesScene } from './named-files-scene.js'
import { onEachHaproxy, pidOf } from './running-haproxy.js'

const values = (value: string, count = 1000) =>
  Array.from({ length: count }, (_, i) => `k${i} ${value}\n`).join('')

onEachHaproxy(t, async (t, program) => {
  t.test('a map of 1,000 entries changes under load, whole and without a reload', async t => {
    const { bench, hosts, desire, ask, reloader, onDisk } = await runningFilesScene(t, program)
    t.match(await reloader.apply(desire({ hosts: values('v0') })), {
      kind: 'applied',
      via: 'runtime',
    })
    const pid = await pidOf(bench)
    const seen: string[] = []
    let isChanging = true
    const load = [0, 500, 999].map(async key => {
      let last = 0
      while (isChanging) {
        const body = await ask('/', { host: `k${key}` })
        const value = Number(/^200 v(\d+) none$/.exec(body)?.[1])
        if (!(value >= last)) seen.push(body)
        last = value
      }
    })
    for (let i = 1; i <= 10; i++)
      t.match(await reloader.apply(desire({ hosts: values(`v${i}`) })), {
        kind: 'applied',
        via: 'runtime',
        plan: { reason: `set-map ${hosts}` },
      })
    isChanging = false
    await Promise.all(load)
    t.strictSame(seen, [], 'no request saw a part, or an older content')
    t.equal(await ask('/', { host: 'k7' }), '200 v10 none')
    t.equal(onDisk(hosts), values('v10'))
    await reloader.settled()
    t.equal(await pidOf(bench), pid)
    t.match(reloader.statistics(), { operations: { 'set-map': 11 }, drift: { count: 0 } })
  })

  t.test('lists and servers change in one call, and lists keep their order', async t => {
    const { bench, desire, ask, reloader } = await runningFilesScene(t, program)
    t.match(await reloader.apply(desire()), { kind: 'unchanged' })
    t.equal(await ask('/x/y', { host: 'a' }), '200 one 1')
    const changed = desire({
      paths: '# later ones do not count\n^/x/ 2\n^/x 1\n^/x 3\n',
      denied: 'other key\n',
    })
    const drained = {
      ...changed,
      pools: [{ name: 'nodes', servers: [] }],
      text: changed.text.replace(/^ {2}server .*\n/m, ''),
    }
    t.match(await reloader.apply(drained), {
      via: 'runtime',
      plan: { operations: [{ kind: 'set-map' }, { kind: 'set-acl' }, { kind: 'drain' }] },
    })
    t.equal(await ask('/x/y', { host: 'a' }), '200 one 2')
    t.equal(await ask('/', { 'x-key': 'key' }), '200 none none')
    t.match(await ask('/', { 'x-key': 'other key' }), /^403/)
    await reloader.settled()
    t.strictSame(await bench.runtime.servers(['nodes']), [])
  })

  t.test(
    'an entry that HAProxy refuses is rejected with its line, and nothing changes',
    async t => {
      const { bench, paths, desire, ask, reloader, onDisk } = await runningFilesScene(t, program)
      await reloader.apply(desire())
      const pid = await pidOf(bench)
      const bad = desire({ paths: '^/x 9\n\n^/( 2\n' })
      t.match(await reloader.apply(bad), {
        kind: 'rejected',
        report: new RegExp(`regex '\\^/\\(' is invalid .*line 3 of file '${paths}'`),
        file: { path: paths, line: 3 },
      })
      t.match(await reloader.apply(bad), { kind: 'rejected' }, 'remembered')
      t.equal(await ask('/x', { host: 'a' }), '200 one 1')
      t.equal(onDisk(paths), '^/x 1\n')
      t.equal(await pidOf(bench), pid)
      t.match(await reloader.apply(desire({ paths: '^/x 2\n' })), { via: 'runtime' })
      t.equal(await ask('/x', { host: 'a' }), '200 one 2')
      t.strictSame(
        readdirSync(bench.folder).filter(name => /draft|check|candidate|pending/.test(name)),
        [],
      )
    },
  )

  t.test('an entry that no command can express is loaded by a reload', async t => {
    const { hosts, desire, ask, reloader, onDisk } = await runningFilesScene(t, program)
    await reloader.apply(desire())
    t.match(await reloader.apply(desire({ hosts: 'a\nb two\n' })), {
      via: 'reload',
      plan: { trigger: 'refused' },
    })
    t.equal(await ask('/', { host: 'b' }), '200 two none')
    t.equal(onDisk(hosts), 'a\nb two\n')
    await reloader.settled()
    t.match(await reloader.apply(desire({ hosts: 'a\nb two\n' })), { kind: 'unchanged' })
    // HAProxy makes two entries of this line when it reads the file.
    const long = `a one\nb ${'x'.repeat(20_000)}\n`
    t.match(await reloader.apply(desire({ hosts: long })), { via: 'reload' })
    await reloader.settled()
    t.match(await reloader.apply(desire({ hosts: long })), { kind: 'unchanged' })
    t.equal(await ask('/', { host: 'a' }), '200 one none')
  })

  t.test('another content of a file that is read at the start is a reload', async t => {
    const { page, desire, ask, reloader, onDisk } = await runningFilesScene(t, program)
    await reloader.apply(desire())
    const changed = desire({ page: 'page two\n', hosts: 'a two\n' })
    t.match(await reloader.preview(changed), {
      plan: { kind: 'reload', trigger: 'file', reason: `${page} has another content` },
      files: [{}, {}, {}, { path: page, text: 'page one\n' }],
    })
    t.match(await reloader.apply(changed), { via: 'reload', plan: { trigger: 'file' } })
    t.equal(await ask('/page'), '200 page two')
    t.equal(await ask('/', { host: 'a' }), '200 two none')
    await reloader.settled()
    t.match(await reloader.apply(changed), { kind: 'unchanged' })
    t.equal(onDisk(page), 'page two\n')
  })

  t.test('a rolled-back reload has the former files back, and new ones removed', async t => {
    const { bench, hosts, page, desire, ask, reloader, onDisk } = await runningFilesScene(
      t,
      program,
    )
    await reloader.apply(desire())
    const added = join(bench.folder, 'added.map')
    // haproxy -c does not bind, so that a socket in a folder that is missing passes the check.
    const more = `  bind ${join(bench.folder, 'missing', 'web.sock')}
  http-request set-header x %[req.hdr(host),map(${added})]
`
    const bad = desire({ page: 'page two\n', hosts: 'a two\n' }, more)
    const files = [...(bad.files ?? []), { path: added, text: 'k v\n', use: 'map' as const }]
    t.match(await reloader.apply({ ...bad, files }), { kind: 'rolled-back' })
    t.equal(onDisk(page), 'page one\n')
    t.equal(onDisk(hosts), 'a one\n')
    t.notOk(existsSync(added))
    t.notOk(existsSync(`${bench.configFile}.pending`))
    t.equal(await ask('/', { host: 'a' }), '200 one none')
    t.match(await reloader.apply(desire()), { kind: 'unchanged' })
    const good = desire({}, more.replace(/^.*bind.*\n/, ''))
    t.match(
      await reloader.apply({
        ...good,
        files: [...(good.files ?? []), files.at(-1) ?? files[0]].flatMap(each => each ?? []),
      }),
      {
        kind: 'applied',
        via: 'reload',
      },
    )
    t.equal(onDisk(added), 'k v\n', 'the check does not need it on the disk')
  })

  t.test(
    'changes of lists and files by others are corrected without a reload, and counted',
    async t => {
      const { bench, hosts, page, denied, desire, ask, reloader, onDisk } = await runningFilesScene(
        t,
        program,
      )
      const desired = desire()
      await reloader.apply(desired)
      const pid = await pidOf(bench)
      /** Applies the same files in another array: they are compared, whatever the pace. */
      const corrected = async () => {
        await reloader.apply({ ...desired, files: [...(desired.files ?? [])] })
        return reloader.drift()
      }
      await bench.runtime.map(hosts).set('a', 'other')
      t.strictSame(await corrected(), { count: 1, last: `the map ${hosts} was changed in HAProxy` })
      t.equal(await ask('/', { host: 'a' }), '200 one none')
      writeFileSync(page, 'by hand\n')
      writeFileSync(denied, 'by hand\n')
      t.strictSame(await corrected(), {
        count: 2,
        last: `the file ${denied} was edited, the file ${page} was edited`,
      })
      t.equal(onDisk(page), 'page one\n')
      t.equal(onDisk(denied), 'key\n')
      t.equal(await pidOf(bench), pid)
    },
  )

  t.test('a HAProxy that is away starts with the files of the desired state', async t => {
    const { bench, haproxy, desire, ask, reloader } = await runningFilesScene(t, program)
    await reloader.apply(desire())
    await endProcess(haproxy, 'SIGTERM')
    const changed = desire({ hosts: 'a two\n' })
    t.match(await reloader.apply(desire({ hosts: 'a\n', paths: '^/( 1\n' })), { kind: 'rejected' })
    t.match(await reloader.apply(changed), { kind: 'deferred' })
    await bench.start()
    t.equal(await ask('/', { host: 'a' }), '200 two none')
    t.match(await reloader.apply(changed), { kind: 'unchanged' })
  })

  t.test('a generation has its files, and is restored with them', async t => {
    const {
      bench,
      hosts,
      desire,
      start,
      ask,
      reloader: create,
      onDisk,
    } = await namedFilesScene(t, program)
    await start()
    const generations = { folder: join(bench.folder, 'generations') }
    const before = create({ generations })
    await before.apply(desire())
    await before.apply(desire({ hosts: 'a two\n' }))
    await before.close()
    const reloader = create({ generations })
    t.match(await reloader.apply(desire({ hosts: 'a two\n' })), { kind: 'unchanged' })
    const diff = `--- generation 1 ${hosts}\n+++ generation 2 ${hosts}\n@@ -1,1 +1,1 @@\n-a one\n+a two\n`
    t.equal((await reloader.generations()).at(-1)?.diff, diff)
    t.equal(await reloader.diff(1, 2), diff)
    t.match(await reloader.restore(1), { kind: 'applied', via: 'runtime', generation: 3 })
    t.equal(await ask('/', { host: 'a' }), '200 one none')
    t.equal(onDisk(hosts), 'a one\n')
    t.match(await reloader.generation(3), { files: desire().files })
  })
})
