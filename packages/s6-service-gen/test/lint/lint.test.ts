import t from 'tap'
import { lint } from '../../src/lint/lint.js'

t.test('the layout of a tree is told by its files', async t => {
  const run = { content: '#!/bin/sh\n', mode: 0o755 }
  t.strictSame(await lint(new Map([['web/run', run]])), [])
  t.match(await lint(new Map([['web/run', run]]), { layout: 's6-rc' }), [{ rule: 'type' }])
  t.match(await lint(new Map([['s6-rc.d/web/run', run]])), [{ rule: 'type' }])
  t.match(await lint(new Map([['web/dependencies.d/x', run]])), [{ service: 'web' }])
})
