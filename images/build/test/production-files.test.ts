import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { copyPublished, notLocked, workspaceFolders, type Lock } from '../src/production-files.js'

const lock: Lock = {
  packages: {
    'node_modules/agent': { resolved: 'packages/agent', link: true },
    'node_modules/leaf': { resolved: 'packages/leaf', link: true },
    'node_modules/left-pad': { version: '1.3.0', integrity: 'sha512-a' },
    'packages/agent': { version: '0.1.0', dependencies: { leaf: '0.1.0', 'left-pad': '^1.0.0' } },
    'packages/leaf': { version: '0.1.0' },
  },
}

t.test('an image has the workspaces that its programs need, and no others', async t => {
  t.same(workspaceFolders(lock, ['agent']), ['packages/agent', 'packages/leaf'])
  t.same(workspaceFolders(lock, ['leaf']), ['packages/leaf'])
})

t.test('a package that is not the locked one is found', async t => {
  for (const [version, integrity, strangers] of [
    ['1.3.0', 'sha512-a', []],
    ['1.3.1', 'sha512-b', ['left-pad@1.3.1']],
    ['1.3.0', 'sha512-evil', ['left-pad@1.3.0']],
  ] as const) {
    const installed = { packages: { 'node_modules/left-pad': { version, integrity } } }
    t.same(notLocked(lock, installed), strangers)
  }
})

t.test('a workspace that is not built is told so', async t => {
  const folder = temporaryFolder(t)
  await mkdir(join(folder, 'from/app'), { recursive: true })
  await writeFile(join(folder, 'from/app/package.json'), '{"files":["dist/src"]}')
  await t.rejects(
    copyPublished(join(folder, 'from'), join(folder, 'to'), 'app'),
    /app\/dist\/src cannot be copied .*build first: npm run build/,
  )
})
