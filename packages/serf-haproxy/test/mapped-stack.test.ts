import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { mappedStack } from '../src/mapped-stack.js'

t.test('a stack names the sources of files with a map, and leaves other places', async t => {
  const folder = temporaryFolder(t)
  const url = pathToFileURL(join(folder, 'bundle.js')).href
  const source = pathToFileURL(join(folder, 'src/first.ts')).href
  // Line 1, column 1 of the bundle is line 3, column 5 of the source.
  const map = { version: 3, sources: ['src/first.ts'], names: [], mappings: 'AAEI' }
  writeFileSync(join(folder, 'bundle.js.map'), JSON.stringify(map))
  const others = '    at f (file:///none/other.js:7:9)\n    at node:internal/x:1:2'
  t.equal(
    mappedStack(`Error: it broke\n    at g (${url}:1:1)\n${others}`),
    `Error: it broke\n    at g (${source}:3:5)\n${others}`,
  )
})

t.test('a map that cannot be read leaves the stack as it is', async t => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'bundle.js.map'), 'half a m')
  const stack = `Error: it broke\n    at ${pathToFileURL(join(folder, 'bundle.js')).href}:1:1`
  t.equal(mappedStack(stack), stack)
})
