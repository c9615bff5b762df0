import type { Command } from 'commander'
import { bashScript } from './bash-script.js'
import { completedCommand, type CompletedCommand } from './completed-command.js'
import { fishScript } from './fish-script.js'
import type { Shell } from './shells.js'
import { zshScript } from './zsh-script.js'

const scripts: Readonly<Record<Shell, (program: CompletedCommand) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** Returns the script with which a shell completes a program under the name `executable`. */
export function completionScript(program: Command, shell: Shell, executable: string): string {
  return scripts[shell]({ ...completedCommand(program), name: executable })
}
