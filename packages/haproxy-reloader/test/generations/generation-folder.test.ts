import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createGenerationFolder } from '../../src/generations/generation-folder.js'
import type { StoredGeneration } from '../../src/generations/stored-generation.js'
import { generationRecord } from './sample-generation.js'

/** A generation with a whole configuration, or with the change from `base`. */
const generation = (number: number, base?: number): StoredGeneration => ({
  ...generationRecord(number),
  before: { number: base ?? 0 },
  ...(base === undefined
    ? { whole: { text: `# ${number}\n`, pools: [] } }
    : { base: { sha256: '', pools: [] } }),
})

t.test('a folder that does not exist has no generations, and reading creates nothing', async t => {
  const parent = t.testdir()
  const folder = createGenerationFolder(join(parent, 'a'), 3)
  t.strictSame(await folder.numbers(), [])
  await folder.tidy()
  t.strictSame(readdirSync(parent), [])
})

t.test('the first generation creates the folder, private to its owner', async t => {
  const path = join(t.testdir(), 'a', 'b')
  const folder = createGenerationFolder(path, 3)
  await folder.add(generation(1))
  t.equal(statSync(path).mode & 0o777, 0o700)
  t.match(await folder.read(1), { stored: { number: 1, whole: { text: '# 1\n' } } })
})

t.test('only the newest generations are kept, in the order of their numbers', async t => {
  const folder = createGenerationFolder(t.testdir(), 3)
  for (const number of [8, 9, 10, 11]) await folder.add(generation(number))
  t.strictSame(await folder.numbers(), [9, 10, 11])
  await t.rejects(folder.read(8), { name: 'ReloadError', code: 'file', cause: { code: 'ENOENT' } })
})

t.test('files that a kept generation needs are kept, and not listed', async t => {
  const path = t.testdir()
  const folder = createGenerationFolder(path, 2)
  await folder.add(generation(1))
  for (const number of [2, 3, 4, 5]) await folder.add(generation(number, number - 1))
  t.strictSame(await folder.numbers(), [4, 5])
  t.equal(readdirSync(path).length, 5)
  // Another process does not know which files they need.
  const next = createGenerationFolder(path, 2)
  await next.add(generation(6))
  t.equal(readdirSync(path).length, 6)
  await next.add(generation(7, 6))
  t.strictSame(readdirSync(path), ['00000006.json', '00000007.json'])
})

t.test('a broken generation keeps no older one', async t => {
  const path = t.testdir()
  const folder = createGenerationFolder(path, 2)
  await folder.add(generation(1))
  await folder.add(generation(2, 1))
  writeFileSync(join(path, '00000002.json'), '')
  const next = createGenerationFolder(path, 2)
  await next.add(generation(3))
  t.strictSame(readdirSync(path), ['00000002.json', '00000003.json'])
})

t.test('numbers of more than eight digits sort as numbers', async t => {
  const folder = createGenerationFolder(t.testdir(), 3)
  await folder.add(generation(100_000_000))
  await folder.add(generation(99_999_999))
  t.strictSame(await folder.numbers(), [99_999_999, 100_000_000])
})

t.test('unfinished files are removed, and other files are ignored', async t => {
  const path = t.testdir({ '00000002.json.1234': 'half', 'notes.txt': '', '3.json': '{}' })
  const folder = createGenerationFolder(path, 3)
  t.strictSame(await folder.numbers(), [])
  await folder.tidy()
  t.strictSame(readdirSync(path).toSorted(), ['3.json', 'notes.txt'])
})

t.test('a file in the place of the folder is a ReloadError with the action', async t => {
  const path = join(t.testdir(), 'file')
  writeFileSync(path, '')
  const folder = createGenerationFolder(path, 3)
  const refused = { name: 'ReloadError', code: 'file' }
  await t.rejects(folder.numbers(), { ...refused, message: /^Cannot read / })
  await t.rejects(folder.add(generation(1)), { ...refused, message: /^Cannot write / })
})
