import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { repository } from './packages.js'

/** A program that is made with commander, and words that are invalid in it. */
interface Program {
  readonly bin: string
  /** A command with an option that it has not. */
  readonly unknownOption: readonly string[]
  readonly unknownCommand: readonly string[]
  readonly missingArgument: readonly string[]
  /** A command whose input is not there. */
  readonly missingInput: readonly string[]
}

const none = '/no/such/folder/file'

/** The programs, and the exit code that each documents for a missing input: 2, as for invalid usage. */
const programs: readonly Program[] = [
  {
    bin: 'packages/serf-haproxy/bin/serf-haproxy.js',
    unknownOption: ['status', '--bogus'],
    unknownCommand: ['bogus'],
    missingArgument: ['explain'],
    missingInput: ['status', '--config', none],
  },
  {
    bin: 'packages/serf-events/bin/serf-events.js',
    unknownOption: ['watch', '--bogus'],
    unknownCommand: ['bogus'],
    missingArgument: ['watch', '--rpc'],
    missingInput: ['watch', '--auth-key-file', none],
  },
  {
    bin: 'packages/haproxy-config-render/bin/haproxy-config-render.js',
    unknownOption: ['--bogus'],
    unknownCommand: ['bogus'],
    missingArgument: ['--model'],
    missingInput: ['--model', none],
  },
  {
    bin: 'packages/s6-service-gen/bin/s6-service-gen.js',
    unknownOption: ['lint', '--bogus'],
    unknownCommand: ['bogus'],
    missingArgument: ['lint'],
    missingInput: ['lint', none],
  },
  {
    bin: 'packages/pool-scaler/bin/pool-scaler.js',
    unknownOption: ['run', '--bogus'],
    unknownCommand: ['bogus'],
    missingArgument: ['run', '--config'],
    missingInput: ['run', '--config', none],
  },
  {
    bin: 'examples/lab/bin/lab.js',
    unknownOption: ['status', '--bogus'],
    unknownCommand: ['bogus'],
    missingArgument: ['stop'],
    missingInput: ['status', '--folder', none],
  },
  {
    bin: 'examples/lab-tasks/bin/lab-tasks.js',
    unknownOption: ['report', '--bogus'],
    unknownCommand: ['bogus'],
    missingArgument: ['task'],
    missingInput: ['report', '--logs', none, '--out', none],
  },
]

for (const { bin, ...words } of programs) {
  const file = join(repository, bin)
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [file, ...args], { encoding: 'utf8' })
  const inShell = (script: string) =>
    spawnSync('bash', ['-c', script, process.execPath, file], { encoding: 'utf8' })

  t.test(`${bin} exits with 2 and an error for each kind of invalid use`, async t => {
    for (const [kind, args] of Object.entries(words)) {
      const { status, stdout, stderr } = run(...args)
      t.equal(status, 2, `${kind}: ${stderr}`)
      t.equal(stdout, '', kind)
      t.match(stderr, /^error: /, kind)
      t.notMatch(stderr, /\n\s+at /, `${kind}: without a stack`)
    }
  })

  t.test(
    `${bin} exits with 0 for help, version and completion, and with 1 for a full disk`,
    async t => {
      const help = run('--help')
      t.equal(help.status, 0)
      t.match(help.stdout, /^Usage: /)
      t.notMatch(help.stdout, /\[unknown/)
      t.match(help.stdout, / --version /)
      t.match(help.stdout, / --completion <shell> /)
      t.match(run('--version'), { status: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
      const full = inShell('"$0" "$1" --help >/dev/full')
      t.match(full, { status: 1, stderr: /^error: cannot write to stdout: ENOSPC: [^\n]*\n$/ })
      const loaded = inShell('source <("$0" "$1" --completion bash) && complete -p')
      t.match(loaded, { status: 0, stdout: /^complete -F \w+_completion [\w-]+\n$/, stderr: '' })
    },
  )

  // The lab starts without arguments.
  if (bin.startsWith('packages/'))
    t.test(`${bin} prints its help without arguments, and exits with 2`, async t => {
      t.match(run(), { status: 2, stdout: '', stderr: /^Usage: / })
    })
}
