import type { Command } from 'commander'
import { shells, type Shell } from './shells.js'

/** Thrown where `--completion` is parsed, and so instead of any command. */
export class CompletionRequest extends Error {
  override readonly name = 'CompletionRequest'
  readonly shell: Shell

  constructor(shell: Shell) {
    super(`the completion of ${shell} was requested`)
    this.shell = shell
  }
}

/** Adds `--completion <shell>` to a program: parsing it throws a {@link CompletionRequest}. */
export function addCompletionOption(program: Command): void {
  const option = program.createOption(
    '--completion <shell>',
    'print the completion of a shell, such as for: source <(… --completion bash)',
  )
  program.addOption(option.choices(shells)).on('option:completion', (shell: Shell) => {
    throw new CompletionRequest(shell)
  })
}
