import t from 'tap'
import { mergeFindings } from '../../src/lint/merge-findings.js'

const on = (proxy: string, line: number, remedy = 'r') => ({
  code: 'missing-redispatch' as const,
  line,
  proxy,
  messageOn: (proxies: string) => `in ${proxies}`,
  remedy,
})
const own = { code: 'clashing-bind' as const, line: 9, message: 'm', remedy: 'r' }

t.test('findings with one code and remedy become one at the first line', async t => {
  t.strictSame(mergeFindings([on('backend a', 1), own, on('backend b', 2), on('backend c', 3)]), [
    { ...own, level: 'error' },
    {
      level: 'warning',
      code: 'missing-redispatch',
      line: 1,
      message: 'in backend a, backend b and backend c',
      remedy: 'r',
    },
  ])
  t.match(mergeFindings([on('a', 1), on('b', 2, 'other')]), [
    { message: 'in a' },
    { message: 'in b' },
  ])
})

t.test('a long list is cut', async t => {
  const many = Array.from({ length: 13 }, (_, i) => on(`b${i}`, i))
  t.match(mergeFindings(many), [{ message: /^in b0, .*, b9 and 3 more$/ }])
})
