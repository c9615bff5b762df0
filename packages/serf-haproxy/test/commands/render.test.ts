import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { runCommand, writeConfiguration } from '../run-command.js'

t.test('render --no-members prints a configuration with empty pools', async t => {
  const file = await writeConfiguration(t.testdir())
  const { code, stdout } = await runCommand('render', '--no-members', '--config', file)
  t.equal(code, 0)
  t.match(stdout, /^backend nodes$/m)
  t.notMatch(stdout, /^\s*server /m)
})

t.test('render --out writes the same text to a file that only its owner can read', async t => {
  const folder = t.testdir()
  const args = ['render', '--no-members', '--config', await writeConfiguration(folder)]
  const out = join(folder, 'out.cfg')
  t.match(await runCommand(...args, '--out', out), { code: 0, stdout: '' })
  t.equal(readFileSync(out, 'utf8'), (await runCommand(...args)).stdout)
  t.equal(statSync(out).mode & 0o777, 0o600)
})

t.test('render --out gives the file the mode and the group of HAProxy’s own', async t => {
  const folder = t.testdir({ 'out.cfg': 'old\n' })
  const out = join(folder, 'out.cfg')
  const group = process.getgid?.() ?? 0
  const config = await writeConfiguration(folder)
  const args = ['render', '--no-members', '--config', config, '--out']
  const own = `haproxy: { fileMode: '644', fileGroup: ${group}, `
  writeFileSync(config, readFileSync(config, 'utf8').replace('haproxy: { ', own))
  t.match(await runCommand(...args, out), { code: 0, stderr: '' })
  t.match(readFileSync(out, 'utf8'), /^backend nodes$/m)
  t.match(statSync(out), { gid: group })
  t.equal(statSync(out).mode & 0o7777, 0o644, 'of a file that was there')
  const fresh = join(folder, 'new.cfg')
  t.match(await runCommand(...args, fresh), { code: 0, stderr: '' })
  t.equal(statSync(fresh).mode & 0o7777, 0o644, 'and of a new one')
  const { mode } = statSync('/dev/null')
  t.match(await runCommand(...args, '/dev/null'), { code: 0, stderr: '' })
  t.equal(statSync('/dev/null').mode, mode, 'and of no other')
  t.match(await runCommand(...args, folder), { code: 1, stderr: /cannot write to / })
})

t.test('render without a Serf agent exits with 2 and mentions --no-members', async t => {
  const file = await writeConfiguration(t.testdir())
  const { code, stdout, stderr } = await runCommand('render', '--config', file)
  t.equal(code, 2)
  t.equal(stdout, '')
  t.match(stderr, /^error: cannot read the members: No Serf agent answers at .*--no-members/)
})

t.test('render --diff prints how the rendering differs from the file of HAProxy', async t => {
  const folder = t.testdir()
  const config = await writeConfiguration(folder)
  const args = ['render', '--no-members', '--config', config]
  const absent = await runCommand(...args, '--diff')
  t.equal(absent.code, 1)
  t.match(absent.stdout, /^--- \/dev\/null\n\+\+\+ rendering\n@@ -0,0 \+1,\d+ @@\n\+/)
  const file = join(folder, 'haproxy.cfg')
  t.equal((await runCommand(...args, '--out', file)).code, 0)
  t.match(await runCommand(...args, '--diff'), { code: 0, stdout: '', stderr: '' })
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/^backend nodes$/m, 'backend others'))
  const { code, stdout } = await runCommand(...args, '--diff')
  t.equal(code, 1)
  t.match(stdout, `--- ${file}\n+++ rendering\n`)
  t.match(stdout, /^-backend others\n\+backend nodes$/m)
  const asJson = await runCommand(...args, '--json')
  t.equal(asJson.code, 1)
  t.match(JSON.parse(asJson.stdout), { file, difference: stdout.trimEnd() })
})

t.test(
  'render --diff has no secrets, refuses --out, and names a file that it cannot read',
  async t => {
    const folder = t.testdir()
    const args = ['render', '--no-members', '--config', await writeConfiguration(folder), '--diff']
    const file = join(folder, 'haproxy.cfg')
    writeFileSync(file, 'userlist u\n  user ann insecure-password hunter2222\n')
    const { stdout } = await runCommand(...args)
    t.match(stdout, '-  user ann insecure-password [redacted]')
    t.notMatch(stdout, 'hunter2222')
    t.match(await runCommand(...args, '--out', join(folder, 'x')), { code: 2, stderr: /--out/ })
    rmSync(file)
    mkdirSync(file)
    t.match(await runCommand(...args), {
      code: 2,
      stderr: /^error: cannot read haproxy\.configFile: /,
    })
  },
)

t.test('render prints the files of outputs too, one of them with --file', async t => {
  const folder = t.testdir({ 'm.hbs': '# a map\nkey value\n' })
  const more = 'outputs: [{ template: m.hbs, file: m.map, use: map }]'
  const config = await writeConfiguration(folder, { more })
  const args = ['render', '--no-members', '--config', config]
  const [configFile, map, out] = ['haproxy.cfg', 'm.map', 'out'].map(each => join(folder, each))
  if (configFile === undefined || map === undefined || out === undefined) throw new Error('no path')
  const all = await runCommand(...args)
  t.ok(all.stdout.startsWith(`==> ${configFile} <==\nglobal\n`))
  t.match(all.stdout, `\n==> ${map} <==\n# a map\nkey value\n`)
  t.match(await runCommand(...args, '--file', map), { code: 0, stdout: '# a map\nkey value\n' })
  t.match(await runCommand(...args, '--out', out), { code: 0, stdout: '' })
  t.notMatch(readFileSync(out, 'utf8'), 'key value')
  t.match(await runCommand(...args, '--file', map, '--out', map), { code: 0 })
  t.equal(readFileSync(map, 'utf8'), '# a map\nkey value\n')
  t.match(await runCommand(...args, '--file', join(folder, 'other')), {
    code: 2,
    stderr: `error: --file: expected one of ${configFile}, ${map}, got ${join(folder, 'other')}`,
  })
})

t.test('render --diff has the difference of each file', async t => {
  const folder = t.testdir({ 'm.hbs': 'key value\n', 'm.map': 'key other\n' })
  const more = 'outputs: [{ template: m.hbs, file: m.map, use: map }]'
  const config = await writeConfiguration(folder, { more })
  const args = ['render', '--no-members', '--config', config]
  const [configFile = '', map = ''] = ['haproxy.cfg', 'm.map'].map(each => join(folder, each))
  t.equal((await runCommand(...args, '--out', configFile)).code, 0)
  const { code, stdout } = await runCommand(...args, '--diff')
  t.equal(code, 1)
  t.equal(stdout, `--- ${map}\n+++ rendering\n@@ -1,1 +1,1 @@\n-key other\n+key value\n`)
  t.match(JSON.parse((await runCommand(...args, '--json')).stdout), {
    file: configFile,
    difference: '',
    files: [{ file: map, difference: stdout.trimEnd() }],
  })
})
