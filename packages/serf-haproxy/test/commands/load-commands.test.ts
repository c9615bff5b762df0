import t from 'tap'
import { loadCommands } from '../../src/commands/load-commands.js'

const namesFor = async (first?: string) =>
  (await loadCommands(first)).map(command => command.name())

t.test('each command is loaded by its own name', async t => {
  for (const name of await namesFor()) t.same(await namesFor(name), [name])
})

t.test('the version needs no command, and what is no command gets all', async t => {
  t.same(await namesFor('--version'), [])
  const all = await namesFor()
  t.equal(new Set(all).size, 24)
  for (const first of ['--help', 'help', 'nonsense', 'toString', '']) {
    t.same(await namesFor(first), all, first)
  }
})
