import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import t from 'tap'
import { bashScript } from '../../src/completion/bash-script.js'
import { completedCommand } from '../../src/completion/completed-command.js'
import { sampleProgram } from './sample-commands.js'

/** Returns what bash replies after these words, the last of which is not finished. */
function complete(program: Command, folder: string, words: readonly string[]): string[] {
  const name = program.name()
  const script = `${bashScript(completedCommand(program))}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _${name.replaceAll('-', '_')}_completion
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const args = ['--norc', '-c', script, 'bash', name, ...words]
  const printed = execFileSync('bash', args, { cwd: folder, encoding: 'utf8' })
  return printed.split('\n').filter(line => line !== '')
}

t.test('bash completes commands, options, choices and files', async t => {
  const folder = t.testdir({ 'my file.yaml': '', more: {} })
  const cases: readonly (readonly [string[], string[]])[] = [
    [[''], ['show', 'convert', 'check']],
    [['sh'], ['show']],
    [['--'], ['--version', '--help']],
    [
      ['show', '--c'],
      ['--config', '--count'],
    ],
    [
      ['show', '--as', ''],
      ['json', 'table'],
    ],
    [['show', '--as', '=', 't'], ['table']],
    [
      ['show', '--as', '='],
      ['json', 'table'],
    ],
    [['show', '--count', ''], []],
    [['show', '--config', 'my'], ['my file.yaml']],
    [['show', '-c', 'mo'], ['more']],
    [['show', '--config', 'check', '--as', 'j'], ['json']],
    [
      ['convert', ''],
      ['yaml', 'toml'],
    ],
    [
      ['check', 'm'],
      ['more', 'my file.yaml'],
    ],
    [['show', ''], []],
  ]
  for (const [words, expected] of cases)
    t.same(
      complete(sampleProgram(), folder, words).toSorted(),
      expected.toSorted(),
      words.join(' '),
    )
})

t.test('bash completes a program without commands', async t => {
  const program = new Command('one').option('--json', 'as JSON').argument('[file...]')
  const folder = t.testdir({ 'a.cfg': '' })
  t.same(complete(program, folder, ['--j']), ['--json'])
  t.same(complete(program, folder, ['a']), ['a.cfg'])
})

t.test('the script that a program prints is read by bash without an error', async t => {
  const file = join(t.testdir(), 'completion')
  writeFileSync(file, bashScript(completedCommand(sampleProgram())))
  const printed = execFileSync(
    'bash',
    ['--norc', '-c', `source "${file}"; complete -p sample-program`],
    {
      encoding: 'utf8',
    },
  )
  t.equal(printed, 'complete -F _sample_program_completion sample-program\n')
})
