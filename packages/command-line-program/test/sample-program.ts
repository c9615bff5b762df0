import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { runProgram } from '../src/run-program.js'

class OwnError extends Error {}

const program = new Command('sample').version('1.2.3').exitOverride()
const command = (name: string, act: () => void) => program.command(name).action(act)

command('good', () => process.stdout.write('done\n'))
command('list', () => process.stdout.write('none\n')).option(
  '--name <name>',
  'a name; repeatable',
  (name, before: readonly string[]) => [...before, name],
  [],
)
command('found', () => {
  process.exitCode = 1
  process.stdout.write('it found something\n')
})
command('own', () => {
  throw new OwnError('an error of its own')
})
command('missing', () => void readFileSync('/no/such/file'))
command('bug', () => {
  throw new TypeError('a bug')
})
command('much', () => void process.stdout.write('x'.repeat(1 << 20)))

await runProgram(program, {
  describeError: error =>
    error instanceof OwnError ? { message: error.message, exitCode: 2 } : undefined,
  ...(process.env['STAYS'] !== undefined && {
    onLostReader: () => void process.stderr.write('the reader is gone\n'),
  }),
})
