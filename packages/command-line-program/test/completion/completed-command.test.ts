import t from 'tap'
import { completedCommand } from '../../src/completion/completed-command.js'
import { sampleProgram } from './sample-commands.js'

const { options, commands } = completedCommand(sampleProgram())

t.test('a program has its options and commands, without the command of the help', async t => {
  t.same(
    options.map(({ words }) => words),
    [['--version'], ['-h', '--help']],
  )
  t.same(
    commands.map(({ name }) => name),
    ['show', 'convert', 'check'],
  )
})

t.test('an option has its words, and its value with choices or as a file', async t => {
  const [config, set, as, count, help] = commands[0]?.options ?? []
  t.match(config, { words: ['-c', '--config'], value: { name: 'file', isPath: true } })
  t.match(set, { isRepeatable: true, value: { name: 'path=value', isPath: false } })
  t.match(as, { value: { choices: ['json', 'table'], isPath: false } })
  t.match(count, { value: { choices: [], isPath: false } })
  t.match(help, { words: ['-h', '--help'], value: undefined })
})

t.test('an argument has its choices, or is a file', async t => {
  t.match(commands[1], { arguments: [{ choices: ['yaml', 'toml'] }], isVariadic: false })
  t.match(commands[2], { arguments: [{ name: 'file', isPath: true }], isVariadic: true })
})
