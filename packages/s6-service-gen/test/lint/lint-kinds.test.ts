import t from 'tap'
import { lintKinds } from '../../src/lint/lint-kinds.js'
import { byHand } from '../source-by-hand.js'

const kinds = (type: string, ...paths: readonly string[]) => {
  const files = byHand({
    type: `${type}\n`,
    ...Object.fromEntries(paths.map(path => [path, ''])),
  })
  return lintKinds({ name: 'web', files }).map(({ field, found }) => `${field} is ${found}`)
}

t.test('a folder where s6-rc reads a file is a mistake', async t => {
  for (const field of ['run', 'finish', 'notification-fd', 'timeout-up', 'producer-for'])
    t.same(kinds('longrun', `${field}/`), [`${field} is a folder`])
  for (const field of ['up', 'down', 'timeout-down', 'dependencies'])
    t.same(kinds('oneshot', `${field}/x`), [`${field} is a folder`])
  t.same(kinds('bundle', 'contents/a'), ['contents is a folder'])
})

t.test('a file where s6-rc reads a folder is a mistake', async t => {
  for (const field of ['dependencies.d', 'data', 'env'])
    t.same(kinds('longrun', field), [`${field} is a file`])
  t.same(kinds('bundle', 'contents.d'), ['contents.d is a file'])
})

t.test('what s6-rc does not open there may be anything', async t => {
  t.same(kinds('longrun', 'up/', 'contents.d', 'log/run'), [])
  t.same(kinds('oneshot', 'run/', 'data', 'producer-for/'), [])
  t.same(kinds('bundle', 'dependencies.d', 'timeout-up/'), [])
  t.same(kinds('oneshot', 'dependencies.d/a', 'dependencies/b'), [], 'the folder counts alone')
})
