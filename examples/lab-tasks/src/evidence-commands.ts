import { type Command, Option } from 'commander'
import { evidencePlace, type CommandContext, type CommonFlags } from 'serf-haproxy-lab'
import { exitWith } from './exit-with.js'
import { addReportCommands } from './report-commands.js'
import type { Profile } from './convergence/serf-agent.js'

interface Flags {
  readonly out: string
  readonly only?: string
}

/**
 * Adds the commands of the tasks, of the classroom and of the report to the lab's commands.
 *
 * @param command - adds a command that has the options of every command
 * @param contextOf - reads these options
 */
export function addEvidenceCommands(
  command: (name: string) => Command,
  contextOf: (flags: CommonFlags) => CommandContext,
): void {
  addClassroomCommands(command, contextOf)
  // Each brings what the other commands do without, a browser's driver among it.
  command('task <n>')
    .description("run one of the lab's tasks, 0 to 6, or `all`, and keep its evidence")
    .option('--out <folder>', 'where the evidence goes; an interrupted task goes on there', 'logs')
    .action(async (which: string, flags: CommonFlags & Flags) => {
      const { taskCommand } = await import('./tasks/task-command.js')
      const place = await evidencePlace(flags)
      exitWith(await taskCommand({ ...contextOf(place), which, out: flags.out }))
    })
  command('compare')
    .description('measure the classic pipeline and the agent in one run')
    .option('--only <names>', 'some of join,stop,crash,reloads,recovery,badConfiguration')
    .option('--rounds <n>', 'times that each system is measured', '3')
    .option('--out <folder>', 'the folder of evidence, where the result is kept', 'logs')
    .action(async (flags: CommonFlags & Flags & { readonly rounds: string }) => {
      const { compareCommand } = await import('./compare/compare-command.js')
      const { only, rounds, out } = flags
      await compareCommand({ ...contextOf(flags), only, rounds, out })
    })
  command('convergence')
    .description('measure how fast gossip spreads a join and a failure, by the size of the cluster')
    .option('--nodes <sizes>', 'numbers of Serf agents', '3,5,10,20,30')
    .option('--rounds <n>', 'joins and failures at each size', '3')
    .addOption(
      new Option('--profile <name>', "Serf's timing: lan is its default, local is the lab's")
        .choices(['lan', 'local'])
        .default('lan'),
    )
    .option('--out <folder>', 'the folder of evidence, where the result is kept', 'logs')
    .action(async (flags: CommonFlags & Flags & ConvergenceFlags) => {
      const { convergenceCommand } = await import('./convergence/convergence-command.js')
      const { isJson, signal } = contextOf(flags)
      await convergenceCommand({ ...flags, subnet: flags.subnet, isJson, signal })
    })
  addReportCommands(command, contextOf)
}

interface ConvergenceFlags {
  readonly nodes: string
  readonly rounds: string
  readonly profile: Profile
}

function addClassroomCommands(
  command: (name: string) => Command,
  contextOf: (flags: CommonFlags) => CommandContext,
): void {
  command('reset <n>')
    .description('end the lab that runs, and leave one at the start of task n, 0 to 6')
    .action(async (which: string, flags: CommonFlags) => {
      const { resetCommand } = await import('./tasks/reset-command.js')
      await resetCommand({ ...contextOf(flags), which })
    })
  command('break [name]')
    .description('make a fault on the lab that runs, for an exercise; without a name, list all')
    .action(async (name: string | undefined, flags: CommonFlags) => {
      const { breakCommand } = await import('./faults/fault-commands.js')
      await breakCommand(name, contextOf(flags))
    })
  command('fix')
    .description('explain the fault that `break` made')
    .option('--apply', 'remove it, and wait until every node is well')
    .action(async (flags: CommonFlags & { readonly apply?: true }) => {
      const { fixCommand } = await import('./faults/fault-commands.js')
      await fixCommand(flags.apply === true, contextOf(flags))
    })
}
