import t from 'tap'
import { runCommand } from '../run-command.js'

t.test('results go to stdout, errors to stderr with an exit code', async t => {
  t.match(await runCommand('--version'), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
  t.match(await runCommand('check', '--config', '/no/such/file.yaml'), {
    code: 2,
    stdout: '',
    stderr: /^error: .*\/no\/such\/file\.yaml.*\n$/,
  })
})
