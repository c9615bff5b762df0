import type { Command, Option } from 'commander'

/** An option, as a shell completes it. */
export interface CompletedOption {
  /** Its words, such as `-f` and `--file`. */
  readonly words: readonly string[]
  readonly description: string
  readonly value: CompletedValue | undefined
  readonly isRepeatable: boolean
}

/** A value, as a shell completes it: one of a few words, a file or folder, or a text that only the user knows. */
export interface CompletedValue {
  readonly name: string
  readonly choices: readonly string[]
  readonly isPath: boolean
}

/** A command, as a shell completes it. */
export interface CompletedCommand {
  readonly name: string
  readonly description: string
  readonly options: readonly CompletedOption[]
  readonly arguments: readonly CompletedValue[]
  /** True if the last argument may be given several times. */
  readonly isVariadic: boolean
  readonly commands: readonly CompletedCommand[]
}

/** Words in the name of a value that is a file or a folder. */
const pathName = /\b(?:file|folder|path|program|recording|yaml)\b/i

/** Returns what a shell completes of a program: commands, options, choices and files. */
export function completedCommand(command: Command): CompletedCommand {
  const help = command.createHelp()
  return {
    name: command.name(),
    description: command.description(),
    options: help.visibleOptions(command).map(completedOption),
    arguments: command.registeredArguments.map(argument => ({
      name: argument.name(),
      choices: argument.argChoices ?? [],
      isPath: pathName.test(argument.name()),
    })),
    isVariadic: command.registeredArguments.at(-1)?.variadic ?? false,
    commands: help
      .visibleCommands(command)
      .filter(child => child.name() !== 'help')
      .map(completedCommand),
  }
}

function completedOption(option: Option): CompletedOption {
  const { short, long, flags, description, argChoices } = option
  const [, name] = /[<[](.+?)[>\]]/.exec(flags) ?? []
  return {
    words: [short, long].filter(word => word !== undefined),
    description,
    value:
      name === undefined
        ? undefined
        : { name, choices: argChoices ?? [], isPath: pathName.test(name) && !name.includes('=') },
    isRepeatable: description.includes('repeatable') || description.includes('repeated'),
  }
}
