import { readFileSync } from 'node:fs'
import t from 'tap'
import { levelOf } from '../../src/lint/lint-level.js'
import type { LintCode } from '../../src/lint/lint-rule.js'

t.test('the README has each code with its level', async t => {
  const text = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) +\| `(error|warning|info)`/gm)]
  const found = rows.flatMap(([, codes = '', level]) =>
    [...codes.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => [code, level] as const),
  )
  t.equal(found.length, 14)
  for (const [code, level] of found) t.equal(levelOf(code as LintCode), level, code)
})
