import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { bin, runCommand } from './run-command.js'

const names = [
  'init',
  'run',
  'render',
  'check',
  'status',
  'members',
  'explain',
  'history',
  'diff',
  'rollback',
  'freeze',
  'thaw',
  'accept',
  'doctor',
  'record',
  'replay',
  'handler',
]

t.test('--version prints the version', async t => {
  t.match(await runCommand('--version'), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
})

t.test('a program with a missing file says so, and what to do', async t => {
  const folder = temporaryFolder(t)
  const own = join(dirname(bin), '..')
  for (const part of ['bin', 'dist/program', 'package.json'])
    cpSync(join(own, part), join(folder, part), { recursive: true })
  const program = join(folder, 'dist/program')
  const [check = ''] = readdirSync(program).filter(name => /^check-\w+\.js$/.test(name))
  rmSync(join(program, check))
  const run = (command: string) =>
    spawnSync(process.execPath, [join(folder, 'bin/serf-haproxy.js'), command], {
      encoding: 'utf8',
    })
  t.match(run('check'), {
    status: 1,
    stderr: /^serf-haproxy: a file of the program is missing: .*; install the package again, or /,
  })
  t.equal(run('--version').status, 0)
})

t.test('--help lists every command with a description', async t => {
  const { code, stdout } = await runCommand('--help')
  t.equal(code, 0)
  for (const name of names) t.match(stdout, new RegExp(`^  ${name} .*\\w{3}`, 'm'), name)
})

t.test('the help of a command describes its arguments and options', async t => {
  const { code, stdout } = await runCommand('replay', '--help')
  t.equal(code, 0)
  t.match(stdout, /^Usage: serf-haproxy replay \[options\] <recording>/)
  t.match(stdout, /^ {2}--set <path=value> /m)
  t.notMatch(stdout, /default: \[\]/)
})

t.test('invalid usage exits with 2 and names the error', async t => {
  t.match(await runCommand('nonsense'), { code: 2, stderr: /unknown command 'nonsense'/ })
  t.match(await runCommand('status', '--nonsense'), { code: 2, stderr: /unknown option/ })
  t.match(await runCommand('run', '--config', '/no/such/file.yaml'), {
    code: 2,
    stderr: /^error: .*\/no\/such\/file\.yaml/,
  })
})

t.test('only the agent limits the garbage that V8 keeps', async t => {
  const spy = join(temporaryFolder(t), 'spy.cjs')
  writeFileSync(
    spy,
    `const v8 = require('node:v8')
    v8.setFlagsFromString = flag => console.error(flag)
    require('node:module').syncBuiltinESMExports()`,
  )
  const flagsOf = (...args: string[]) =>
    spawnSync(process.execPath, ['--require', spy, bin, ...args], { encoding: 'utf8' })
      .stderr.split('\n')
      .filter(line => line.startsWith('--'))
  t.same(flagsOf('run', '--config', 'none.yaml'), [
    '--semi-space-growth-factor=1',
    '--heap-growing-percent=100',
  ])
  t.same(flagsOf('--version'), [])
})
