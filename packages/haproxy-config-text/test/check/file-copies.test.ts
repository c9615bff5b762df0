import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { writeCopies } from '../../src/check/file-copies.js'

t.test('a text names the copies while they are there, and a report the files', async t => {
  const folder = temporaryFolder(t)
  const map = join(folder, 'a+b.map')
  const copies = await writeCopies([{ path: map, text: 'k v\n' }], folder)
  const copied = copies.inText(`map(${map}) map(${map}.old) map(/x${map}) "${map}",${map}`)
  const [copy = ''] = /(?<=map\()[^)]*a\+b\.map(?=\))/.exec(copied) ?? []
  t.not(copy, map)
  t.equal(copied, `map(${copy}) map(${map}.old) map(/x${map}) "${copy}",${copy}`)
  t.equal(readFileSync(copy, 'utf8'), 'k v\n')
  t.equal(statSync(copy).mode & 0o777, 0o600)
  t.equal(statSync(dirname(dirname(copy))).mode & 0o777, 0o700)
  t.equal(copies.inReport(`line 3 of file '${copy}'.`), `line 3 of file '${map}'.`)
  t.strictSame(copies.inFiles([map, 'a+b.map', 'other.cfg'], folder), [copy, copy, 'other.cfg'])
  await copies[Symbol.asyncDispose]()
  t.notOk(existsSync(dirname(dirname(copy))))
})

t.test('a file that the disk has with this content needs no copy', async t => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'a.map')
  writeFileSync(path, 'k v\n')
  await using copies = await writeCopies([{ path: 'a.map', text: 'k v\n' }], folder)
  t.equal(copies.inText('map(a.map)'), 'map(a.map)')
})

t.test('two files of one name have a copy each', async t => {
  const folder = temporaryFolder(t)
  const files = ['x', 'y'].map(name => ({ path: join(folder, name, 'a.map'), text: `${name} 1\n` }))
  await using copies = await writeCopies(files, folder)
  const named = copies.inText(files.map(({ path }) => path).join(' ')).split(' ')
  t.strictSame(
    named.map(path => readFileSync(path, 'utf8')),
    ['x 1\n', 'y 1\n'],
  )
})
