import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tidy } from 'real-components'
import t from 'tap'
import { compareFiles, fileDrift } from '../../src/named-files/compare-files.js'
import type { DesiredFile } from '../../src/plan/desired-file.js'
import { createNamedFiles } from '../../src/running/named-files.js'
import { fakeWithLists } from './fake-with-lists.js'

const { signal } = new AbortController()

async function setup(t: Tidy) {
  const setup = await fakeWithLists(t)
  const disk = createNamedFiles(setup.configFile, {})
  const compare = (files: readonly DesiredFile[], confirmed?: readonly DesiredFile[]) =>
    compareFiles({ runtime: setup.runtime, disk }, files, confirmed, signal)
  return { ...setup, compare }
}

t.test('lists and files as they were written are the same', async t => {
  const { compare, map, acl, script } = await setup(t)
  t.match(await compare([map, acl, script], [map, acl]), [
    { isWritten: true, running: 'same', wasConfirmed: true },
    { isWritten: true, running: 'same', wasConfirmed: true },
    { isWritten: true, running: 'unknown', wasConfirmed: false },
  ])
})

t.test('comments and spaces are no difference for HAProxy', async t => {
  const { compare, map } = await setup(t)
  const commented = { ...map, text: `# a comment\n\n${map.text.replaceAll(' ', '   ')}` }
  t.match(await compare([commented]), [{ isWritten: false, running: 'same' }])
})

t.test('the order and the number of entries are a difference', async t => {
  const { compare, map } = await setup(t)
  const lines = map.text.trimEnd().split('\n')
  for (const other of [lines.toReversed(), [...lines, lines[0]], lines.slice(1)])
    t.match(await compare([{ ...map, text: `${other.join('\n')}\n` }]), [{ running: 'other' }])
})

t.test('of several files with one path the last counts', async t => {
  const { compare, map } = await setup(t)
  t.match(await compare([{ ...map, text: 'x 1\n' }, map]), [{ file: map, running: 'same' }])
})

t.test('what others changed of confirmed files is drift', async t => {
  const { compare, runtime, map, acl, script } = await setup(t)
  const files = [map, acl, script]
  t.equal(fileDrift(await compare(files, files)), undefined)
  await runtime.map(map.path).set('a.example', 'changed')
  writeFileSync(script.path, '-- by hand\n')
  t.equal(
    fileDrift(await compare(files, files)),
    `the map ${map.path} was changed in HAProxy, the file ${script.path} was edited`,
  )
  t.equal(fileDrift(await compare(files)), undefined, 'nothing is known of another worker')
})

t.test('a list that HAProxy does not have, or cannot be asked for, is unknown', async t => {
  const { compare, folder } = await setup(t)
  const path = join(folder, 'nowhere.map')
  t.match(
    await compare([
      { path, text: '', use: 'map' },
      { path: '@odd.map', text: '', use: 'map' },
    ]),
    [
      { isWritten: false, running: 'unknown' },
      { isWritten: false, running: 'unknown' },
    ],
  )
  mkdirSync(path)
  await t.rejects(compare([{ path, text: '', use: 'map' }]), { code: 'file' })
})
