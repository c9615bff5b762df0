import { join } from 'node:path'
import t from 'tap'
import { readText } from '../../src/configuration/read-text.js'

t.test('a file that cannot be read is named with its purpose', async t => {
  const folder = t.testdir({ 'a.txt': 'text', 'mark.txt': '\ufefftext' })
  t.equal(readText(join(folder, 'a.txt'), 'the template'), 'text')
  t.equal(readText(join(folder, 'mark.txt'), 'the template'), 'text', 'without a byte order mark')
  t.throws(() => readText(folder, 'the template'), {
    code: 'configuration',
    message: /^cannot read the template .*: EISDIR/,
    cause: { code: 'EISDIR' },
  })
})
