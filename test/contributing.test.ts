import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { read, repository } from './packages.js'

const text = read(repository, 'CONTRIBUTING.md')
const recipes = text.slice(text.indexOf('## Recipes'), text.indexOf('## Habits'))

t.test('there is a recipe for each kind of change', async t => {
  t.same(
    [...recipes.matchAll(/^### (.*)$/gm)].map(([, title]) => title),
    [
      'Add an option of the agent',
      'Add a command',
      'Add an event and its metric',
      'Add a lint rule',
      'Add a run-time operation',
    ],
  )
})

t.test('every file that a recipe names exists', async t => {
  for (const line of recipes.split('\n')) {
    // A bare file name is a neighbour of the path before it.
    let folder = ''
    for (const [, path = ''] of line.matchAll(/`([\w./-]+(?:\/|\.(?:ts|md|json)))`/g)) {
      const file = path.includes('/') ? path : join(folder, path)
      t.ok(existsSync(join(repository, file)), file)
      folder = dirname(file)
    }
  }
})
