import { listCommands } from './list-commands.js'
import type { Profile } from './profile.js'
import { showCommands } from './show-commands.js'
import { statCommands } from './show-stat.js'
import { serverCommands } from './server-commands.js'
import type { FakeWorker } from './worker.js'

const commands = [...serverCommands, ...showCommands, ...statCommands, ...listCommands]

/** Returns the reply to one command, without the line feed that ends it outside prompt mode. */
export function replyTo(text: string, worker: FakeWorker, profile: Profile): string {
  for (const [pattern, carryOut] of commands) {
    const match = pattern.exec(text)
    if (match)
      return carryOut(
        worker,
        match.slice(1).map(part => part ?? ''),
        profile,
      )
  }
  return `${profile.unknownCommand(text)}\n  help : list matching or all commands\n`
}
