import { rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { createGenerationFolder } from '../../src/generations/generation-folder.js'
import { GenerationLog } from '../../src/generations/generation-log.js'
import { ListedGenerations } from '../../src/generations/listed-generations.js'
import { desire, server } from '../fake-haproxy-setup.js'
import { generationRecord, how } from './sample-generation.js'

/** A folder with four generations, of which the last is a change of the third; it counts the files that are read. */
async function listedSetup(path: string) {
  const log = new GenerationLog({ folder: path })
  await log.opened()
  for (const name of ['a', 'b', 'c', 'd']) log.note(desire([server(name)]), how)
  await log.written()
  const folder = createGenerationFolder(path, 20)
  const read: number[] = []
  const listed = new ListedGenerations({
    ...folder,
    read: number => (read.push(number), folder.read(number)),
  })
  const numbers = async () => (await listed.all()).map(({ number }) => number)
  return { folder, listed, read, numbers }
}

t.test('each file is read once, and a difference only when it is asked for', async t => {
  const { listed, read, numbers } = await listedSetup(t.testdir())
  t.strictSame(await numbers(), [1, 2, 3, 4])
  await listed.all()
  t.strictSame(read, [1, 2, 3, 4])
  t.match(await listed.withDifferences(), [{}, { diff: /\+ {2}server b/ }, {}, { number: 4 }])
  t.strictSame(read, [1, 2, 3, 4])
})

t.test('a generation that was written is not read before its difference is asked for', async t => {
  const { listed, read } = await listedSetup(t.testdir())
  for (const number of [1, 2, 3, 4]) listed.add(generationRecord(number))
  await listed.all()
  t.strictSame(read, [])
  t.match((await listed.withDifferences()).at(-1)?.diff, /\n\+ {2}server d/)
  t.strictSame(read, [1, 2, 3, 4])
})

t.test('a generation that needs a broken or missing file is broken, by number', async t => {
  const { folder, listed, numbers } = await listedSetup(t.testdir())
  writeFileSync(folder.pathOf(3), '')
  t.strictSame(await numbers(), [1, 2])
  t.match(listed.error, /^Generation 4 is not used: .* needs generation 3, which cannot be read/)
  rmSync(folder.pathOf(3))
  t.strictSame(await numbers(), [1, 2])
  t.match(listed.error, /^Generation 4 is not used/)
  rmSync(folder.pathOf(4))
  t.strictSame(await numbers(), [1, 2])
  t.equal(listed.error, undefined)
})

t.test('a file that is removed by hand breaks the generations that need it', async t => {
  const { folder, listed, numbers } = await listedSetup(t.testdir())
  await numbers()
  rmSync(folder.pathOf(3))
  t.strictSame(await numbers(), [1, 2])
  t.match(listed.error, /^Generation 4 .* needs generation 3/)
  listed.report(undefined)
  t.equal(listed.error, undefined)
})
