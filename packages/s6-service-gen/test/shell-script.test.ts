import { execFileSync } from 'node:child_process'
import t from 'tap'
import {
  authorsScript,
  banner,
  exports,
  ownScript,
  quoted,
  splitExports,
  textOf,
  withoutExports,
} from '../src/shell-script.js'

t.test('a generated script has the banner and may be executed', async t => {
  t.same(ownScript(['exec web']), { content: `#!/bin/sh\n${banner}\nexec web\n`, mode: 0o755 })
  t.match(ownScript([], '#!/command/with-contenv sh').content, /^#!\/command\/with-contenv sh\n/)
})

t.test("an author's text comes back as it was, with or without an interpreter", async t => {
  for (const text of ['exec web', '#!/usr/bin/execlineb -P\nweb', 'a\n\nb']) {
    t.equal(textOf(authorsScript(text).content), text)
  }
  t.equal(authorsScript('exec web').content, '#!/bin/sh\nexec web\n')
})

t.test('a shell reads a quoted word as it is', async t => {
  for (const text of ['', `it's`, '$HOME `id` "x" \\', '*', 'a\nb', `'''`]) {
    t.equal(execFileSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' }), text)
  }
})

t.test('exported variables are split off again, in any text that follows', async t => {
  const environment = { B: `it's`, A: 'two\nlines', C: '' }
  const lines = exports(environment)
  t.same(
    lines.map(line => line.slice(0, 9)),
    [`export A=`, `export B=`, `export C=`],
  )
  t.same(splitExports([...lines, 'exec web'].join('\n')), [environment, 'exec web'])
  t.same(splitExports('export A=$B\n'), [{}, 'export A=$B\n'], 'a line of the author stays')
})

t.test('a carriage return at the end of a text is not lost', async t => {
  t.equal(textOf('#!/bin/sh\nexec web\r\n \n'), 'exec web\r')
})

t.test('values of variables are taken out, and the lines stay', async t => {
  const script = `#!/bin/sh\nexport A='x\r\ny'\nexec web\r\n`
  t.equal(withoutExports(script), '#!/bin/sh\n\n\nexec web\r\n')
})
