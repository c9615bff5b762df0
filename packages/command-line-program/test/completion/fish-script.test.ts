import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { completedCommand } from '../../src/completion/completed-command.js'
import { fishScript } from '../../src/completion/fish-script.js'
import { sampleProgram } from './sample-commands.js'

const script = fishScript(completedCommand(sampleProgram()))
const isInstalled = spawnSync('fish', ['--version']).status === 0

t.test('the script has commands, options, choices and files', async t => {
  t.match(script, `--arguments show --description 'show [all] of it: the program\\'s own view'`)
  const seen = `complete --command sample-program --condition '__fish_seen_subcommand_from`
  t.match(
    script,
    `${seen} show' --short-option c --long-option config --require-parameter --force-files`,
  )
  t.match(
    script,
    `${seen} show' --long-option as --require-parameter --no-files --arguments 'json table'`,
  )
  t.match(script, `${seen} convert' --no-files --arguments 'yaml toml'`)
  t.match(script, `${seen} check' --force-files`)
})

t.test('fish completes with it', { skip: !isInstalled && 'fish is not installed' }, async t => {
  const file = join(t.testdir({ completion: script }), 'completion')
  const ask = 'source $argv[1]; complete --do-complete "sample-program show --as "'
  const args = ['--no-config', '-c', ask, file]
  const { stdout, stderr } = spawnSync('fish', args, { encoding: 'utf8' })
  t.match(stdout, /^json\b[^]*^table\b/m, stderr)
})
