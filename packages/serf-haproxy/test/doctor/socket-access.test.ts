import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HaproxyError } from 'haproxy-runtime'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { socketRemedy } from '../../src/doctor/socket-access.js'

/** The error of a socket that cannot be opened. */
const refused = (code: string) =>
  new HaproxyError('unreachable', 'cannot be reached', {
    cause: Object.assign(new Error(code), { code }),
  })

t.test('a socket that does not exist has to be made', async t => {
  const remedy = socketRemedy('haproxy.runtimeSocket', '/no/such.sock', refused('ENOENT'))
  t.match(remedy, /^start HAProxy with `-W -S`, fix `haproxy\.runtimeSocket`/)
})

t.test('a socket that this user may not open is opened by a group', async t => {
  const socket = join(temporaryFolder(t), 'socket')
  const remedy = () => socketRemedy('haproxy.masterSocket', socket, refused('EACCES'))
  t.match(remedy(), /^let the agent’s user enter \//)
  writeFileSync(socket, '')
  chmodSync(socket, 0o600)
  t.match(remedy(), /`mode 660 group NAME`.*`-S PATH,mode,660,group,NAME`/)
})

t.test(
  'the group that may open the socket is named',
  { skip: process.getuid?.() !== 0 && 'only root can give a file to a group' },
  async t => {
    const socket = join(temporaryFolder(t), 'socket')
    writeFileSync(socket, '')
    chmodSync(socket, 0o660)
    const remedy = () => socketRemedy('haproxy.runtimeSocket', socket, refused('EACCES'))
    t.match(remedy(), /`mode 660 group NAME`/, 'the group root is none to be in')
    // Number 8 is mail on every Debian.
    chownSync(socket, 0, 8)
    t.match(remedy(), /`usermod --append --groups mail USER`/)
    chownSync(socket, 0, 54_321)
    t.match(remedy(), /`usermod --append --groups 54321 USER`/)
  },
)
