import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { Command } from 'commander'
import t from 'tap'
import { completedCommand } from '../../src/completion/completed-command.js'
import { zshScript } from '../../src/completion/zsh-script.js'
import { sampleProgram } from './sample-commands.js'

const script = zshScript(completedCommand(sampleProgram()))
const isInstalled = spawnSync('zsh', ['--version']).status === 0

t.test('the script has commands, options, choices and files', async t => {
  t.match(script, /^#compdef sample-program\n/)
  t.match(script, `'convert:convert files'`)
  t.match(script, `'--as=[form of the output]:format:(json table)'`)
  t.match(script, `'-c[configuration file]:file:_files'`)
  t.match(script, `'*--set=[a value; repeatable]:path=value: '`)
  t.match(script, `'1:to:(yaml toml)'`)
  t.match(script, `'*:file:_files'`)
})

t.test('a program without commands has one list', async t => {
  const one = new Command('one').option('--json', "the program's JSON [all]")
  t.match(zshScript(completedCommand(one)), String.raw`'--json[the program'\''s JSON \[all\]]'`)
})

t.test('zsh reads the script', { skip: !isInstalled && 'zsh is not installed' }, async t => {
  const file = join(t.testdir({ completion: script }), 'completion')
  const load = 'autoload -U compinit; compinit -D; source "$1"; echo $_comps[sample-program]'
  const args = ['-f', '-c', load, 'zsh', file]
  const { stdout, stderr } = spawnSync('zsh', args, { encoding: 'utf8' })
  t.equal(stdout, '_sample_program\n', stderr)
})
