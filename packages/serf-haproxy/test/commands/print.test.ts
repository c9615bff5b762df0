import { join } from 'node:path'
import t from 'tap'
import { runCommand, writeConfiguration } from '../run-command.js'

t.test('results go to stdout, errors to stderr with an exit code', async t => {
  t.match(await runCommand('--version'), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
  t.match(await runCommand('check', '--config', '/no/such/file.yaml'), {
    code: 2,
    stdout: '',
    stderr: /^error: .*\/no\/such\/file\.yaml.*\n$/,
  })
})

t.test('a file that cannot be written is an error with its cause and exit code 1', async t => {
  const config = await writeConfiguration(t.testdir())
  const out = join(t.testdirName, 'missing', 'out')
  for (const command of [['render', '--no-members'], ['record']]) {
    const ended = await runCommand(...command, '--out', out, '--config', config)
    t.match(ended, { code: 1, stdout: '' })
    t.match(
      ended.stderr,
      /^error: cannot write to \S+out: ENOENT: .*; name a file in a folder .*\n$/,
    )
  }
})
