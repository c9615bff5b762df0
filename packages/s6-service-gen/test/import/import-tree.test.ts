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
