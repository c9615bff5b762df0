import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { checkFolders } from '../../src/doctor/check-folders.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'

t.test('private folders without old files are good', async t => {
  const folder = temporaryFolder(t)
  t.same(await checkFolders(configurationIn(folder)), [], 'a state folder that is not there yet')
  mkdirSync(join(folder, 'state'), { mode: 0o700 })
  t.match(await checkFolders(configurationIn(folder)), [{ level: 'ok', text: /only its owner/ }])
})

t.test('every problem of the folders has its remedy', async t => {
  const folder = temporaryFolder(t)
  const state = join(folder, 'state')
  mkdirSync(state)
  chmodSync(state, 0o777)
  chmodSync(folder, 0o777)
  writeFileSync(join(state, 'memory.json'), '{')
  writeFileSync(join(folder, 'haproxy.cfg.lock'), '')
  t.match(await checkFolders(configurationIn(folder)), [
    { level: 'warn', text: /expected mode 700, got 777/, remedy: /chmod 700/ },
    { level: 'fail', text: /every user can replace the files of/, remedy: /chmod o-w/ },
    { level: 'warn', text: /memory\.json cannot be read .*starts frozen/, remedy: /thaw/ },
    { level: 'warn', text: /lock is stale: it was empty/, remedy: /start the agent/ },
  ])
})

t.test('files that were kept aside, and a lock that is none, are found', async t => {
  const folder = temporaryFolder(t)
  const state = join(folder, 'state')
  mkdirSync(state, { mode: 0o700 })
  mkdirSync(join(folder, 'haproxy.cfg.lock'))
  writeFileSync(join(state, 'memory.json'), '{"version":1}')
  writeFileSync(join(state, 'memory.json.unreadable-0001-x'), '')
  t.match(await checkFolders(configurationIn(folder)), [
    { level: 'ok' },
    { level: 'warn', text: /keeps files .*unreadable-0001-x/, remedy: /remove them/ },
    { level: 'fail', text: /expected .* to be a lock, got a folder/, remedy: 'remove it' },
  ])
})

t.test(
  'the folder of the sockets may belong to the user of HAProxy, as on Debian',
  { skip: process.getuid?.() !== 0 && 'only root can give a folder away' },
  async t => {
    const folder = temporaryFolder(t)
    const sockets = join(folder, 'sockets')
    mkdirSync(sockets)
    const configuration = configurationIn(folder)
    configuration.haproxy.runtimeSocket = join(sockets, 'admin.sock')
    const check = async () =>
      (await checkFolders(configuration)).filter(({ text }) => text.startsWith(sockets))
    t.same(await check(), [])
    // Number 8 is mail on every Debian.
    chownSync(sockets, 8, 8)
    t.match(await check(), [
      { level: 'warn', text: /got one of user 8/, remedy: /^give it to root/ },
    ])
    writeFileSync(configuration.haproxy.configFile, 'global\n  user mail\n')
    t.match(await check(), [
      { level: 'ok', text: /belongs to mail, the user of HAProxy’s workers$/ },
    ])
    writeFileSync(configuration.haproxy.configFile, 'global\n  user news\n')
    t.match(await check(), [{ level: 'warn' }])
    chmodSync(sockets, 0o777)
    t.match(await check(), [])
  },
)
