import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { newKeys, readKeys, writeKeys } from '../src/keys.js'

t.test('existing keys are kept, and an invalid key is rejected', async t => {
  const folder = temporaryFolder(t)
  const first = newKeys()
  await writeKeys(folder, first)
  await writeKeys(folder, newKeys())
  t.same(await readKeys(folder), first)
  await writeFile(join(folder, 'gossip'), 'c2hvcnQ=\n')
  await t.rejects(readKeys(folder), /expected 16, 24 or 32 bytes of base64, got 5/)
  await writeFile(join(folder, 'rpc'), '\n')
  await t.rejects(readKeys(folder), /expected a key, got an empty file/)
})
