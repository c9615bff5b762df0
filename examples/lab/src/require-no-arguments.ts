import type { Command } from 'commander'
import { LabError } from './lab-error.js'

/** Rejects arguments of `up`, which also gets every unknown command of the program. */
export function requireNoArguments(program: Command, args: readonly string[]): void {
  if (args.length === 0) return
  if (program.args[0] === 'up') {
    throw new LabError(
      `up: expected options only, such as --backends 3, got ${JSON.stringify(args.join(' '))}`,
    )
  }
  const names = program.commands.map(known => known.name()).join(', ')
  throw new LabError(`There is no command ${args.join(' ')}: expected one of ${names}`)
}
