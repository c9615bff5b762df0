import { Command } from 'commander'
import t from 'tap'
import { addCompletionOption } from '../../src/completion/completion-option.js'

function sample(): Command {
  const program = new Command('sample').exitOverride().configureOutput({ writeErr: () => {} })
  program.command('show').action(() => void t.fail('the command runs'))
  addCompletionOption(program)
  return program
}

t.test('the option asks for a shell instead of any command', async t => {
  for (const words of [
    ['--completion', 'zsh'],
    ['show', '--completion=zsh'],
  ])
    t.throws(() => sample().parse(words, { from: 'user' }), {
      name: 'CompletionRequest',
      shell: 'zsh',
    })
})

t.test('another shell is invalid usage', async t => {
  t.throws(() => sample().parse(['--completion', 'tcsh'], { from: 'user' }), {
    code: 'commander.invalidArgument',
  })
})
