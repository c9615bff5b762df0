import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { generate } from '../../src/generate/generate.js'
import { writeTree } from '../../src/generate/write-tree.js'
import { readTree } from '../../src/tree/read-tree.js'

const s6 = { layout: 's6' } as const

t.test('a tree that runs is read without what s6 keeps there, and links are followed', async t => {
  const folder = temporaryFolder(t)
  const root = join(folder, 'tree')
  const tree = generate({ web: { run: 'exec web', log: '/log' } }, s6)
  await writeTree(root, tree)
  for (const state of ['web/supervise', 'web/event', 'web/log/supervise', '.s6-svscan/control'])
    mkdirSync(join(root, state))
  symlinkSync('web', join(root, 'api'))
  mkdirSync(join(root, 'empty'))
  const read = await readTree(root)
  t.strictSame(
    [...read.keys()].filter(path => !path.startsWith('api/')),
    [
      ...[...tree.keys()].filter(path => path.startsWith('.')),
      'empty/',
      ...[...tree.keys()].filter(path => path.startsWith('web/')),
    ],
  )
  t.strictSame(read.get('api/run'), tree.get('web/run'))
  symlinkSync('..', join(root, 'web', 'data', 'round'))
  await t.rejects(readTree(root), { code: 'file', message: /a link to a folder that it is in/ })
  await t.rejects(readTree(join(folder, 'none')), { code: 'file', message: /ENOENT/ })
})

t.test('bytes that are no text are kept when a tree is read and written', async t => {
  const folder = temporaryFolder(t)
  const bytes = Buffer.from([0x23, 0xe9, 0xff, 0x0a])
  const file = { content: bytes.toString(), bytes, mode: 0o640 }
  await writeTree(join(folder, 'tree'), new Map([['web/data/x', file]]))
  t.strictSame([...(await readTree(join(folder, 'tree')))], [['web/data/x', file]])
})
