import t from 'tap'
import { parseDescription } from '../../src/description/parse-description.js'
import { generate } from '../../src/generate/generate.js'
import { importTree } from '../../src/import/import-tree.js'
import { lint } from '../../src/lint/lint.js'
import { byHand, source } from '../source-by-hand.js'

t.test('source definitions made by hand become a description, with notes', async t => {
  const { services, notes } = importTree(source)
  t.strictSame(
    services,
    parseDescription({
      app: {
        run: '#!/usr/bin/execlineb -P\nfdmove -c 2 1\napp --env env',
        finish: 'echo "$1"',
        ready: { fd: 4 },
        stopSignal: 'QUIT',
        stopTimeoutMs: 3000,
        after: ['setup', 'blocks'],
        log: { run: 'exec logutil-service /var/log/app' },
        files: { 'env/PORT': '80\n' },
      },
      setup: { up: "exec mkdir -p '/run/my app'", upTimeoutMs: 500, downTimeoutMs: 0 },
      blocks: {
        up: "exec execlineb -Pc 'foreground { mkdir x } touch x/y'",
        down: 'rm x/y && rmdir x',
        downTimeoutMs: 0,
      },
      nothing: { up: 'true', downTimeoutMs: 0 },
      everything: { contents: ['app', 'nothing'] },
    }),
  )
  t.strictSame(notes, [
    'service app, flag-essential: a description has no place for it; it is left out',
  ])
  for (const layout of ['s6', 's6-rc', 's6-overlay'] as const)
    t.strictSame(await lint(generate(services, { layout })), [], layout)
})

t.test('a scan directory made by hand becomes a description, with notes', async t => {
  const { services, notes } = importTree(
    byHand({
      'web/run': '#!/bin/sh\nexec web\n',
      'web/log/run': '#!/bin/sh\nexec s6-log t /log\n',
      'web/down': '',
    }),
  )
  t.strictSame(
    services,
    parseDescription({ web: { run: 'exec web', log: { run: 'exec s6-log t /log' } } }),
  )
  t.strictSame(notes, [
    'service web, timeout-kill: it was never killed, and now is 10 s after its stop',
    'service web, down: a description has no place for it; it is left out',
  ])
})

/** The notes of an import of a changed tree, and the tree's other services. */
function changed(files: Readonly<Record<string, string>>, removed: readonly string[] = []) {
  const all = [...source, ...byHand(files)].filter(([path]) => !removed.includes(path))
  const { services, notes } = importTree(new Map(all))
  return { services, notes: notes.filter(note => !note.includes('flag-essential')) }
}

t.test('what a description cannot say is left out with a note, and the rest is kept', async t => {
  const wrong: readonly (readonly [Record<string, string>, readonly RegExp[]])[] = [
    [
      { 'app/down-signal': 'SIGKILL\n' },
      [/^service app, stopSignal: .*got "KILL"; it is left out$/],
    ],
    [{ 'app/notification-fd': 'x\n' }, [/^service app, ready.*; it is left out$/]],
    [{ 'app/notification-fd': '2\n' }, [/^service app, ready.*; it is left out$/]],
    [{ 'app/timeout-kill': '4294967295\n' }, [/^service app, stopTimeoutMs: .*; it is left out$/]],
    [
      { 'app/timeout-finish': 'x\n' },
      [/^service app, finishTimeoutMs: .*got "x"; it is left out$/],
    ],
    [{ 'setup/timeout-up': 'x\n' }, [/^service setup, upTimeoutMs: .*got "x"; it is left out$/]],
    [{ 'setup/flag-recommended': '' }, [/^service setup, flag-recommended: .*left out$/]],
    [{ 'everything/timeout-up': '5' }, [/^service everything, timeout-up: .*left out$/]],
    [{ 'app/finish': '#!/bin/sh\r\ntrue\r\n' }, [/^service app, finish: .*; it is left out$/]],
    [{ 'app/data/ä': 'x' }, [/^service app, files\.data\/ä: .*; it is left out$/]],
    [{ 'app-logger/finish': '#!/bin/sh\n' }, [/^service app-logger, finish: .*; it is left out$/]],
    [
      { 'app/dependencies': 'none\nsetup\n' },
      [/^service app, after: none is not there; it is left out$/],
    ],
    [
      { 'everything/contents.d/none': '' },
      [/^service everything, contents: none is not there; it is left out$/],
    ],
    [
      { 'setup/dependencies': 'app\n' },
      [/^service app, after: setup is a step of a cycle, app → setup → app; it is left out$/],
    ],
    [
      { 'app-log/type': 'oneshot\n', 'app-log/up': 'true\n' },
      [/^service app, log: its name in s6-rc is that of service app-log; it is left out$/],
    ],
  ]
  for (const [files, expected] of wrong) {
    const { services, notes } = changed(files)
    t.match(notes, expected, JSON.stringify(files))
    t.equal(notes.length, expected.length, notes.join('\n'))
    for (const name of ['app', 'setup', 'blocks', 'nothing', 'everything'])
      t.ok(name in services, `${name} is kept`)
    t.strictSame(await lint(generate(services, { layout: 's6-rc' })), [])
  }
})

t.test(
  'a service that a description cannot have is left out, with all that refers to it',
  async t => {
    const { services, notes } = changed({ 'setup/type': 'daemon\n', 'nothing/type': 'bundle\n' })
    t.strictSame(Object.keys(services), ['app', 'blocks', 'everything'])
    t.match(
      notes.filter(note => !note.includes('nothing, up')),
      [
        /^service setup.*; the service is left out$/,
        /^service app, after: setup is not there; it is left out$/,
        /^service nothing, contents: nothing is in it; the service is left out$/,
        /^service everything, contents: nothing is not there; it is left out$/,
      ],
    )
  },
)

t.test('a name that a description must not have is left out', async t => {
  const { services, notes } = changed({
    'legacy-services/type': 'bundle\n',
    'legacy-services/contents': 'app\n',
    'nothing/dependencies.d/legacy-services': '',
  })
  t.notOk('legacy-services' in services)
  t.match(notes, [
    /^service legacy-services: expected up to 64 .*; the service is left out$/,
    /^service nothing, after: legacy-services is not there; it is left out$/,
  ])
})

t.test('the services of a longer pipeline are kept, without the pipes', async t => {
  const { services, notes } = changed({
    'app-logger/producer-for': 'last\n',
    'last/type': 'longrun\n',
    'last/run': '#!/bin/sh\nexec last\n',
    'last/consumer-for': 'app-logger\n',
  })
  t.match(services, { app: { log: undefined }, 'app-logger': {}, last: {} })
  t.match(
    notes.filter(note => note.includes('pipeline')),
    [
      /^service app, producer-for: expected one service and its logger/,
      /^service app-logger, producer-for: /,
      /^service app-logger, consumer-for: /,
      /^service last, consumer-for: /,
      /^service app-logger, pipeline-name: /,
    ].slice(0, 4),
  )
})

t.test('a signal is taken as s6 takes it', async t => {
  for (const [text, signal] of [
    ['3\n', 'QUIT'],
    ['15', 'TERM'],
    ['sigquit\n', 'QUIT'],
    ['usr1\nof the site\n', 'USR1'],
    ['SIGWINCH\n', 'WINCH'],
    ['28\n', 'WINCH'],
  ] as const) {
    t.match(changed({ 'app/down-signal': text }).services, { app: { stopSignal: signal } }, text)
  }
})

t.test('bytes that are no text, and permissions, come back as they were', async t => {
  const bytes = Buffer.from([0x7f, 0xe9, 0x00, 0xff])
  const files = {
    'app/data/picture': { content: bytes.toString(), bytes, mode: 0o644 },
    'app/data/tool': { content: bytes.toString(), bytes, mode: 0o755 },
    'app/env/SECRET': { content: 'x', mode: 0o600 },
    'app/data/script': { content: '#!/bin/sh\n', mode: 0o755 },
  }
  const { services, notes } = importTree(new Map([...source, ...Object.entries(files)]))
  t.equal(notes.length, 1, notes.join('\n'))
  t.match(services, {
    app: {
      files: {
        'data/picture': { base64: 'f+kA/w==', mode: undefined },
        'data/tool': { base64: 'f+kA/w==', mode: '755' },
        'env/SECRET': { text: 'x', mode: '600' },
        'data/script': '#!/bin/sh\n',
      },
    },
  })
  const tree = generate(services, { layout: 's6-rc' })
  for (const [path, { mode }] of Object.entries(files)) {
    const wanted = 'bytes' in files[path as keyof typeof files] ? bytes : undefined
    t.match(tree.get(path), { mode, bytes: wanted }, path)
  }
})

t.test('a script of bytes that are no text is left out with its service', async t => {
  const bytes = Buffer.from('#!/usr/bin/python3\nprint("\xe9")\n', 'latin1')
  const file = { content: bytes.toString(), bytes, mode: 0o755 }
  const { services, notes } = importTree(new Map([...source, ['app/run', file]]))
  t.notOk('app' in services)
  t.ok('setup' in services)
  t.match(notes, [/^service app, run: expected UTF-8, got other bytes; it is left out$/])
})

t.test("the scan directory's own scripts are told, and those of generate are not", async t => {
  const tree = new Map([
    ...generate({ web: { run: 'exec web' } }, { layout: 's6' }),
    ...byHand({ '.s6-svscan/finish': '#!/bin/sh\n' }),
  ])
  t.match(importTree(tree).notes, [/^service \.s6-svscan, finish: .*; it is left out$/])
})
