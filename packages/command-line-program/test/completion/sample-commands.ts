import { Argument, Command, Option } from 'commander'

/** Returns a program with each kind of word that a shell completes. */
export function sampleProgram(): Command {
  const program = new Command('sample-program').version('1.0.0', '--version', 'print the version')
  program
    .command('show')
    .description("show [all] of it: the program's own view")
    .option('-c, --config <file>', 'configuration file')
    .option('--set <path=value>', 'a value; repeatable')
    .addOption(new Option('--as <format>', 'form of the output').choices(['json', 'table']))
    .option('--count <n>', 'a number')
    .argument('<name>')
  program
    .command('convert')
    .description('convert files')
    .addArgument(new Argument('<to>').choices(['yaml', 'toml']))
  program.command('check').description('check files').argument('[file...]')
  return program
}
