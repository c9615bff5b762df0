import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import type { FileTree } from '../src/file-tree.js'
import { generate } from '../src/generate/generate.js'
import { importTree } from '../src/import/import-tree.js'
import { lint } from '../src/lint/lint.js'
import { loadDescription } from '../src/description/load-description.js'
import { parseDescription } from '../src/description/parse-description.js'
import { writeTree } from '../src/generate/write-tree.js'
import { runBin } from './run-bin.js'

function byHand(files: Readonly<Record<string, string>>): FileTree {
  return new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      { content, mode: content.startsWith('#!') ? 0o755 : 0o644 },
    ]),
  )
}

/** Source definitions as somebody else writes them. */
const source = byHand({
  'app/type': 'longrun\n',
  'app/run': '#!/usr/bin/execlineb -P\nfdmove -c 2 1\napp --env env\n',
  'app/finish': '#!/bin/sh\n\necho "$1"\n',
  'app/notification-fd': '4\n',
  'app/down-signal': 'SIGQUIT\n',
  'app/timeout-kill': '3000\n',
  'app/flag-essential': '',
  'app/dependencies': '# of old\nsetup\nblocks\n',
  'app/producer-for': 'app-logger\n',
  'app/env/PORT': '80\n',
  'app-logger/type': 'longrun\n',
  'app-logger/run': '#!/bin/sh\nexec logutil-service /var/log/app\n',
  'app-logger/consumer-for': 'app\n',
  'app-logger/pipeline-name': 'app-all\n',
  'setup/type': 'oneshot\n',
  'setup/up': 'mkdir -p "/run/my app"\n',
  'setup/timeout-up': '500\n',
  'blocks/type': 'oneshot\n',
  'blocks/up': 'foreground { mkdir x } touch x/y\n',
  'blocks/down': '/bin/sh -c "rm x/y && rmdir x"\n',
  'nothing/type': 'oneshot\n',
  'nothing/up': '',
  'everything/type': 'bundle\n',
  'everything/contents.d/app-all': '',
  'everything/contents.d/nothing': '',
})

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

t.test('what a description must not say is told', async t => {
  const wrong: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ 'app/down-signal': 'SIGKILL\n' }, /^service app, stopSignal: .*got "KILL"/],
    [{ 'app/notification-fd': 'x\n' }, /^service app, ready/],
    [
      { 'app-logger/consumer-for': 'app\nweb\n' },
      /^service app-logger, consumer-for: .*got a pipeline/,
    ],
    [{ 'app/dependencies': 'none\n' }, /^service app, after: expected one of.*got none/],
  ]
  for (const [files, message] of wrong) {
    t.throws(() => importTree(new Map([...source, ...byHand(files)])), {
      name: 'ServiceError',
      message,
    })
  }
})

t.test('the program prints or writes a description that can be built again', async t => {
  const folder = temporaryFolder(t)
  const [tree, out] = [join(folder, 'tree'), join(folder, 'services.yaml')]
  await writeTree(tree, source)
  const { services, notes } = importTree(source)
  const printed = runBin('import', tree)
  t.match(printed, { status: 0, stderr: /^note: service app, flag-essential: / })
  writeFileSync(out, printed.stdout)
  t.strictSame(await loadDescription(out), services)
  t.match(runBin('import', tree, '--out', out), { status: 0, stdout: /^Wrote app, .* to / })
  t.strictSame(await loadDescription(out), services)
  t.strictSame(JSON.parse(runBin('import', tree, '--json').stdout), { services, notes })
  t.match(runBin('import', join(folder, 'none')), { status: 2, stderr: /^error: Cannot read/ })
  t.match(runBin('import', tree, '--out', tree), { status: 2, stderr: /^error: Cannot write/ })
})
