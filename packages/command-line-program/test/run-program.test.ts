import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const sample = fileURLToPath(new URL('sample-program.js', import.meta.url))

const run = (...args: string[]) =>
  spawnSync(process.execPath, [sample, ...args], { encoding: 'utf8' })

/** Runs the sample in a shell, where `$0 $1` is the program. */
const runIn = (script: string, env: NodeJS.ProcessEnv = {}) =>
  spawnSync('sh', ['-c', script, process.execPath, sample], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })

const intoClosedPipe = (command: string) => `{ "$0" "$1" ${command}; echo "code $?" >&2; } | true`

t.test('success, help and version exit with 0', async t => {
  t.match(run('good'), { status: 0, stdout: 'done\n', stderr: '' })
  t.match(run('--version'), { status: 0, stdout: '1.2.3\n', stderr: '' })
  t.match(run('--help'), { status: 0, stdout: /^Usage: sample / })
  t.match(run('good', '--help'), { status: 0, stdout: /^Usage: sample good/ })
})

t.test('the help of an option that is empty by default says `none`', async t => {
  t.match(run('list', '--help'), { status: 0, stdout: /a name; repeatable \(default: none\)/ })
})

t.test('invalid usage exits with 2 and suggests what may be meant', async t => {
  t.match(run(), { status: 2, stdout: '', stderr: /^Usage: sample / })
  t.match(run('god'), { status: 2, stderr: /unknown command 'god'\n\(Did you mean good\?\)/ })
  t.match(run('good', '--bogus'), { status: 2, stderr: /^error: unknown option '--bogus'/ })
  t.match(run('good', 'more'), { status: 2, stderr: /^error: too many arguments/ })
})

t.test('--completion prints the script of a shell', async t => {
  t.match(run('--completion', 'bash'), {
    status: 0,
    stdout: /^# Completion of sample-program for bash/,
  })
  t.match(run('--completion', 'tcsh'), { status: 2, stderr: /Allowed choices are bash, zsh, fish/ })
})

t.test('an error of the program has the exit code that the program gives it', async t => {
  t.match(run('own'), { status: 2, stdout: '', stderr: 'error: an error of its own\n' })
})

t.test('an error of the system is one line without a stack', async t => {
  t.match(run('missing'), { status: 1, stdout: '' })
  t.match(run('missing').stderr, /^error: ENOENT: [^\n]*'\/no\/such\/file'\n$/)
})

t.test('a bug has its stack', async t => {
  t.match(run('bug'), { status: 1, stderr: /TypeError: a bug\n {4}at / })
})

t.test('a reader that has gone ends the program in silence, with its own exit code', async t => {
  t.equal(runIn(intoClosedPipe('much')).stderr, 'code 0\n')
  t.equal(runIn(intoClosedPipe('found')).stderr, 'code 1\n')
  t.equal(runIn(intoClosedPipe('much'), { STAYS: '1' }).stderr, 'the reader is gone\ncode 0\n')
})

t.test('a full disk is an error with its remedy', async t => {
  const { status, stderr } = runIn('"$0" "$1" much >/dev/full')
  t.equal(status, 1)
  t.match(
    stderr,
    /^error: cannot write to stdout: ENOSPC: [^\n]*; free space on that disk[^\n]*\n$/,
  )
})
