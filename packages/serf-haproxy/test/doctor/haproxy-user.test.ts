import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { haproxyUser } from '../../src/doctor/haproxy-user.js'

t.test('the user of the workers is the first one of the global sections', async t => {
  const file = join(temporaryFolder(t), 'haproxy.cfg')
  for (const [text, wanted] of [
    ['global\n  user root\n', 0],
    ['global\n  user "root" # main\n  uid 7\ndefaults\n', 0],
    ['global\n  uid 101\nglobal\n  user root\n', 101],
    ['defaults\n  user root\n', undefined],
    ['global\n  uid many\n', undefined],
    ['global\n  user\n', undefined],
    ['global\n  user no-such-user\n', undefined],
    ['', undefined],
  ] as const) {
    writeFileSync(file, text)
    t.equal(haproxyUser(file), wanted, text)
  }
  t.equal(haproxyUser(`${file}.missing`), undefined)
})
