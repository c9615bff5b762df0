import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkConfiguration } from '../../src/check/check-configuration.js'
import { deafScript, writeScript } from '../program/scripts.js'

/** A program in the place of HAProxy, which prints its file's path and ends as told. */
function fakeHaproxy(folder: string, script: string): string {
  const binary = join(folder, 'fake-haproxy')
  writeFileSync(binary, `#!/bin/sh\n${script}\n`)
  chmodSync(binary, 0o755)
  return binary
}

t.test('an executable that is not there is an error with a remedy', async t => {
  const binary = join(t.testdir(), 'none')
  await t.rejects(checkConfiguration('', { binary }), {
    name: 'ConfigTextError',
    code: 'check-unavailable',
    message: /expected HAProxy's executable, got no program .*none; install it/,
  })
  const belowFile = join(t.testdir({ file: '' }), 'file', 'haproxy')
  await t.rejects(checkConfiguration('', { binary: belowFile }), { code: 'check-unavailable' })
})

t.test('the text is checked next to its file, unreadable for others, and removed', async t => {
  const root = t.testdir({ etc: { 'own.cfg': 'running' } })
  const folder = join(root, 'etc')
  const script = `stat -c '%a' "$3"; dirname "$3"; cat "$3"; exit 1`
  const binary = fakeHaproxy(root, script)
  const result = await checkConfiguration('candidate', {
    binary,
    configFile: join(folder, 'own.cfg'),
  })
  t.match(result, { ok: false, report: `600\n${folder}\ncandidate` })
  t.same(readdirSync(folder), ['own.cfg'])
  t.equal(readFileSync(join(folder, 'own.cfg'), 'utf8'), 'running')
})

t.test('a folder that does not exist is no obstacle to a check', async t => {
  const root = t.testdir()
  const binary = fakeHaproxy(root, 'cat "$3"; exit 1')
  const configFile = join(root, 'missing', 'own.cfg')
  t.match(await checkConfiguration('candidate', { binary, configFile }), { report: 'candidate' })
})

t.test('the report names the file, not the path of the copy', async t => {
  const binary = fakeHaproxy(
    t.testdir(),
    `echo "[ALERT]    (1) : config : parsing [$3:7] : unknown keyword 'x'" >&2; exit 1`,
  )
  t.match(await checkConfiguration('x', { binary }), {
    report: /parsing \[haproxy\.cfg:7\]/,
    line: 7,
    problems: [{ level: 'alert', line: 7 }],
  })
})

t.test('files are checked with their texts, in the text and besides it', async t => {
  const root = t.testdir({ 'own.cfg': '', 'more.cfg': 'old more', 'a.map': 'old map' })
  const [own, more, map] = ['own.cfg', 'more.cfg', 'a.map'].map(name => join(root, name))
  const binary = fakeHaproxy(
    root,
    'cat "$3" "$5"; cat $(cat "$3"); echo "at line 2 of $(cat "$3")"; exit 1',
  )
  const result = await checkConfiguration(map ?? '', {
    binary,
    configFile: own ?? '',
    args: ['-f', own ?? '', '-f', more ?? ''],
    files: [
      { path: map ?? '', text: 'new map\n' },
      { path: more ?? '', text: ' new more\n' },
    ],
  })
  t.match(result, { report: `${map} new more\nnew map\nat line 2 of ${map}` })
  t.equal(readFileSync(map ?? '', 'utf8'), 'old map')
})

t.test('a check that does not end names the command, the limit and a remedy', async t => {
  const folder = t.testdir()
  const binary = fakeHaproxy(folder, `trap '' TERM; while :; do sleep 600; done`)
  const configFile = join(folder, 'own.cfg')
  const options = { binary, configFile, args: ['-f', configFile, '-dW'], timeoutMs: 1000 }
  await t.rejects(checkConfiguration('', options), {
    code: 'check-unavailable',
    message: `The configuration cannot be checked: expected the result of \`${binary} -c -dW -f own.cfg\` within 1000 ms, got none, and the program was killed; look for a Lua file or a wrapper script that does not end, or raise the time limit of the check`,
    cause: { code: 'ETIMEDOUT' },
  })
})

t.test('an aborted check ends HAProxy, throws the reason, and leaves no file', async t => {
  const { program: binary, ready, ended } = writeScript(t, deafScript)
  const folder = t.testdir()
  const controller = new AbortController()
  const { signal } = controller
  const checking = checkConfiguration('', { binary, configFile: join(folder, 'own.cfg'), signal })
  await ready
  t.match(readdirSync(folder), [/^\.own\.cfg\.check-/])
  controller.abort(new Error('enough'))
  await t.rejects(checking, { message: 'enough' })
  t.same(readdirSync(folder), [])
  await ended
  await t.rejects(checkConfiguration('', { signal }), { message: 'enough' })
})
