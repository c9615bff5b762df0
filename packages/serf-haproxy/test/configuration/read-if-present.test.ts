import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readIfPresent } from '../../src/configuration/read-if-present.js'

t.test('a file is read, an absent one is undefined, and any other failure is an error', async t => {
  const folder = t.testdir({ 'haproxy.cfg': 'global\n' })
  t.equal(readIfPresent(join(folder, 'haproxy.cfg')), 'global\n')
  t.equal(readIfPresent(join(folder, 'absent.cfg')), undefined)
  mkdirSync(join(folder, 'folder.cfg'))
  t.throws(() => readIfPresent(join(folder, 'folder.cfg')), {
    code: 'configuration',
    message: /^cannot read haproxy\.configFile: EISDIR/,
  })
})
