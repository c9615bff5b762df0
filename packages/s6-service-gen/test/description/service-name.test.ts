import t from 'tap'
import { parseDescription } from '../../src/description/parse-description.js'

t.test('a name that s6 or the file system takes for something else is refused', async t => {
  const names = [
    'log',
    'default',
    'user',
    'base',
    's6-rc-x',
    's6-x',
    's6rc-x',
    'a/b',
    '../x',
    '.',
    '..',
    '.hidden',
    '-x',
    '',
    'a b',
    'a\nb',
    'é',
  ]
  for (const name of [...names, 'x'.repeat(65)]) {
    t.throws(
      () => parseDescription({ [name]: { run: 'x' } }),
      { code: 'invalid-description', message: /^service .*: expected up to 64 of the characters/s },
      JSON.stringify(name),
    )
  }
  for (const name of ['logs', 's6', 'a-b_C9', 'constructor', 'toString', 'x'.repeat(64)]) {
    t.strictSame(Object.keys(parseDescription({ [name]: { run: 'x' } })), [name])
  }
})
