import { type Command, Option } from 'commander'
import { evidencePlace, type CommandContext, type CommonFlags } from 'serf-haproxy-lab'
import { type Language, languages } from './assignment/assignment-lines.js'
import { exitWith } from './exit-with.js'

interface Flags extends CommonFlags {
  readonly out: string
  readonly logs: string
  readonly report: string
  readonly author: readonly string[]
  readonly lang: Language
  readonly repository?: string
}

/**
 * Adds `grade`, `report`, `proof` and `hand-in` to the lab's commands.
 *
 * @param command - adds a command that has the options of every command
 * @param contextOf - reads these options
 */
export function addReportCommands(
  command: (name: string) => Command,
  contextOf: (flags: CommonFlags) => CommandContext,
): void {
  command('grade [logs]')
    .description("check a hand-in's folder of logs, ours or a student's, against the assignment")
    .action(async (logs: string | undefined, flags: CommonFlags) => {
      const { gradeCommand } = await import('./grade/grade-command.js')
      exitWith(await gradeCommand({ logs: logs ?? 'logs', isJson: contextOf(flags).isJson }))
    })
  withForm(command('report'))
    .description('write the report, in Markdown, HTML and PDF, from the evidence that is there')
    .option('--logs <folder>', 'the folder of evidence', 'logs')
    .option('--out <folder>', 'where the report goes', 'report')
    .action(async (flags: Flags) => {
      const { reportCommand } = await import('./report/report-command.js')
      const { author: authors, lang: language } = flags
      const isJson = contextOf(flags).isJson
      exitWith(
        await reportCommand({ ...flags, authors, language, repository: flags.repository, isJson }),
      )
    })
  command('proof')
    .description('check the evidence and the report against each line of the assignment')
    .option('--logs <folder>', 'the folder of evidence', 'logs')
    .option('--report <folder>', 'the folder of the report', 'report')
    .action(async ({ logs, report, ...flags }: Flags) => {
      const { proofCommand } = await import('./hand-in/proof-command.js')
      exitWith(await proofCommand({ logs, report, isJson: contextOf(flags).isJson }))
    })
  withForm(command('hand-in'))
    .description('play all tasks, measure, write the report, and print the proof')
    .option('--out <folder>', 'where logs, report and the log of this command go', 'hand-in')
    .action(async (flags: Flags) => {
      const { handInCommand } = await import('./hand-in/hand-in-command.js')
      const { author: authors, lang: language, repository, out } = flags
      const place = await evidencePlace(flags)
      const context = contextOf(place)
      exitWith(
        await handInCommand({
          ...context,
          out,
          authors,
          language,
          repository,
          place: optionsOf(place),
        }),
      )
    })
}

/** Adds the options of a report's form. */
function withForm(command: Command): Command {
  return command
    .option('--author <name>', 'an author; once for each', collectNames, [])
    .option('--repository <url>', 'address of your repository, by default the remote of this clone')
    .addOption(
      new Option('--lang <language>', 'language of the questions and headings')
        .choices(languages)
        .default('en'),
    )
}

function collectNames(name: string, names: readonly string[]): readonly string[] {
  return [...names, name]
}

/** Returns the options that select the lab, as they were given. */
function optionsOf({ engine, subnet, folder }: CommonFlags): string[] {
  return [
    '--engine',
    engine,
    ...(subnet === undefined ? [] : ['--subnet', subnet]),
    ...(folder === undefined ? [] : ['--folder', folder]),
  ]
}
