import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lintSyntax } from '../../src/lint/lint-syntax.js'

const lint = async (content: string, layout: 's6' | 's6-overlay' = 's6') =>
  lintSyntax(new Map([['web/data/run', { content, mode: 0o755 }]]), layout)

t.test('a shell checks its scripts, behind programs that only prepare for it', async t => {
  t.same(await lint('#!/bin/sh\nif true; then exec web; fi\n'), [])
  for (const first of ['#!/bin/sh', '#!/usr/bin/env -S sh -e', '#!/command/with-contenv sh']) {
    t.match(
      await lint(`${first}\nif true; then\n`),
      [{ rule: 'syntax', service: 'web', field: 'data/run', wanted: 'what sh can read' }],
      first,
    )
  }
})

t.test('execline scripts are checked without execlineb', async t => {
  t.same(await lint('#!/bin/execlineb -P\nweb { a }\n'), [])
  t.match(await lint('#!/bin/execlineb -P\nweb { a\n'), [{ found: 'unmatched {' }])
})

t.test('other interpreters, other files and carriage returns are not judged here', async t => {
  t.same(await lint('#!/usr/bin/python3\nif (\n'), [])
  t.same(await lint('if true; then\n'), [], 'no script')
  t.same(await lint('#!/bin/sh\nif true; then\r\n'), [])
})

t.test('the path of a service in s6-overlay has one folder more', async t => {
  const script = { content: '#!/bin/sh\n(', mode: 0o755 }
  const tree = new Map([['s6-rc.d/web/run', script]])
  t.match(await lintSyntax(tree, 's6-overlay'), [{ service: 'web', field: 'run' }])
})

t.test('a shell that does not end, and ignores SIGTERM, is killed and reported', async t => {
  const { PATH } = process.env
  t.teardown(() => (process.env['PATH'] = PATH))
  const folder = t.testdir()
  const deaf = `#!${process.execPath}\nprocess.on('SIGTERM', () => {})\nsetInterval(() => {}, 60_000)\n`
  writeFileSync(join(folder, 'sh'), deaf)
  chmodSync(join(folder, 'sh'), 0o755)
  process.env['PATH'] = `${folder}:${PATH}`
  const tree = new Map([['web/run', { content: '#!/bin/sh\ntrue\n', mode: 0o755 }]])
  const found =
    /^no result of sh -n within 300 ms, and it was killed; check which sh is on the PATH$/
  t.match(await lintSyntax(tree, 's6', undefined, 300), [{ found }])
  const stop = new AbortController()
  const aborted = lintSyntax(tree, 's6', stop.signal, 60_000)
  stop.abort(new Error('enough'))
  await t.rejects(aborted, { message: 'enough' })
})
