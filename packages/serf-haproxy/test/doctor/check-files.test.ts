import { chmodSync, linkSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingProgram, temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { checkFiles } from '../../src/doctor/check-files.js'
import { writeConfiguration } from '../run-command.js'

const { signal } = new AbortController()

/** Checks the files of a configuration, with `changes` over it, in a folder with these files. */
async function findings(
  t: Test,
  files: Readonly<Record<string, string>>,
  more = '',
  folder = temporaryFolder(t),
) {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  }
  const configuration = loadConfiguration(await writeConfiguration(folder, { more }))
  return checkFiles(configuration, signal)
}

t.test('in a new folder only the configuration file is missing', async t => {
  t.match(await findings(t, {}), [
    { check: 'configuration file', level: 'warn', text: /haproxy\.cfg does not exist yet$/ },
    { check: 'state folder', level: 'ok', text: /will be created$/ },
  ])
})

t.test(
  'a file that HAProxy accepts is ok, and one that it rejects fails',
  { skip: missingProgram('haproxy') },
  async t => {
    const accepted = await findings(t, {
      'haproxy.cfg': 'frontend web\n  mode tcp\n  bind 127.0.0.1:80\n',
    })
    t.match(accepted[0], { level: 'ok', text: /^HAProxy accepts .*haproxy\.cfg$/ })
    const rejected = await findings(t, { 'haproxy.cfg': 'global\n  nonsense\n' })
    t.match(rejected[0], { level: 'fail', text: /^HAProxy rejects .*nonsense/, remedy: /restart/ })
  },
)

t.test(
  'a link is named with its target, and hard links are a warning',
  { skip: missingProgram('haproxy') },
  async t => {
    const folder = temporaryFolder(t)
    const real = join(folder, 'h.cfg')
    symlinkSync('h.cfg', join(folder, 'haproxy.cfg'))
    const text = 'frontend web\n  mode tcp\n  bind 127.0.0.1:80\n'
    const [linked] = await findings(t, { 'h.cfg': text }, '', folder)
    t.match(linked, { level: 'ok', text: `a link to ${real}` })
    linkSync(real, join(folder, 'second'))
    const [hard] = await findings(t, {}, '', folder)
    t.match(hard, { level: 'warn', text: /h\.cfg has 2 hard links/, remedy: /symbolic/ })
  },
)

t.test(
  'an owner of the settings that this user cannot set fails',
  { skip: missingProgram('haproxy') },
  async t => {
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, 'haproxy.cfg'), 'frontend web\n  mode tcp\n  bind 127.0.0.1:80\n')
    const configuration = loadConfiguration(await writeConfiguration(folder))
    const haproxy = { ...configuration.haproxy, fileOwner: 4711 }
    // Root could set it.
    t.intercept(process, 'getuid', { value: () => 4712 })
    const found = await checkFiles({ ...configuration, haproxy }, signal)
    const text =
      /the settings give .*haproxy\.cfg to user 4711 and group \d+, which user 4712 cannot/
    t.match(
      found.filter(({ level }) => level === 'fail'),
      [{ text, remedy: /run the agent as user 4711 in group \d+ or as root/ }],
    )
  },
)

t.test('a missing folder of the configuration file fails', async t => {
  const configuration = loadConfiguration(await writeConfiguration(t.testdir()))
  const haproxy = { ...configuration.haproxy, configFile: '/no/such/folder/haproxy.cfg' }
  const [first] = await checkFiles({ ...configuration, haproxy }, signal)
  t.match(first, { level: 'fail', text: '/no/such/folder is not writable' })
})

t.test('a secret is ok with mode 600, and a warning if others can read it', async t => {
  const folder = temporaryFolder(t)
  const secrets = { token: 'x'.repeat(20) }
  const [, closed] = await findings(t, secrets, 'tokenFile: token', folder)
  t.match(closed, { check: 'secret', level: 'ok', text: /^only its owner can read .*token$/ })
  chmodSync(join(folder, 'token'), 0o644)
  const [, open] = await findings(t, {}, 'tokenFile: token', folder)
  t.match(open, {
    level: 'warn',
    text: /expected mode 600, got 644$/,
    remedy: `chmod 600 ${join(folder, 'token')}`,
  })
})

t.test('a missing secret fails', async t => {
  const [, secret] = await findings(t, {}, 'tokenFile: none')
  t.match(secret, { check: 'secret', level: 'fail', text: /none is not readable$/ })
})

t.test('the key of the Serf agent is a secret too', async t => {
  const configuration = loadConfiguration(await writeConfiguration(t.testdir({ key: 'x' })))
  const serf = { ...configuration.serf, authKeyFile: join(t.testdirName, 'key') }
  chmodSync(serf.authKeyFile, 0o640)
  const [, key] = await checkFiles({ ...configuration, serf }, signal)
  t.match(key, { check: 'secret', level: 'warn', text: /got 640$/ })
})

t.test('the state folder must be writable, or its parent', async t => {
  const configuration = loadConfiguration(await writeConfiguration(t.testdir({ state: {} })))
  const stateFinding = async (stateFolder: string) => {
    const all = await checkFiles({ ...configuration, stateFolder }, signal)
    return all.at(-1)
  }
  t.match(await stateFinding(join(t.testdirName, 'state')), { level: 'ok', text: /is writable$/ })
  t.match(await stateFinding('/no/such/folder/state'), {
    level: 'fail',
    text: '/no/such/folder/state cannot be created',
    remedy: /\/no\/such\/folder$/,
  })
})
