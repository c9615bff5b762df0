import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import type { Test } from 'tap'

/** A shell script that a test runs as a program. */
export interface Script {
  readonly program: string
  /** Path of a pipe that the script is told to keep open, as descriptor 3. */
  readonly pipe: string
  /** Resolves when the script has written `ready` to the pipe. */
  readonly ready: Promise<unknown>
  /** Resolves when no process has the pipe open for writing any more. */
  readonly ended: Promise<unknown>
}

/** Writes a script that has to run `exec 3>"$pipe"` and then `echo ready >&3`. */
export function writeScript(t: Test, text: string): Script {
  const folder = temporaryFolder(t)
  const [program, pipe] = [join(folder, 'program'), join(folder, 'pipe')]
  spawnSync('mkfifo', [pipe])
  writeFileSync(program, `#!/bin/sh\npipe='${pipe}'\n${text}\n`, { mode: 0o755 })
  const reader = createReadStream(pipe)
  return { program, pipe, ready: once(reader, 'data'), ended: once(reader, 'end') }
}

/** Text of a script that ignores signals and input, and runs a child that does so too. */
export const deafScript = `trap '' TERM INT HUP
exec 3>"$pipe"
echo ready >&3
while :; do sleep 600; done`
