import { mkdirSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentError } from '../agent-error.js'
import type { Frozen } from '../state/agent-state.js'
import { memoryAsData, memoryFromData, type Memory } from '../decision/member-memory.js'

/** What outlives the agent's process. */
export interface Saved {
  /** Undefined where nothing was ever decided. */
  readonly memory: Memory | undefined
  readonly frozen: Frozen | undefined
}

/** The folder where an agent keeps what outlives it. */
export interface StateFolder {
  /** What the agent before kept. What cannot be read is as if it were not there. */
  load(): Saved
  /**
   * Keeps it, soon; only the newest is written.
   *
   * @throws nothing: what the disk refuses is told to `onError`
   */
  save(saved: Saved): void
  /** Resolves when the newest is written. */
  settled(): Promise<void>
  /** Where the reloader keeps its generations. */
  readonly generations: string
}

/** The format of the file. */
const version = 1

/**
 * The state folder at `path`; it is made where there is none.
 *
 * @throws AgentError `state-folder` where it cannot be made.
 */
export function stateFolder(path: string, onError: (error: AgentError) => void): StateFolder {
  const file = join(path, 'memory.json')
  try {
    // Members, and configurations with secrets, are nobody else's business.
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const message = `Cannot make the state folder ${path}: ${(cause as Error).message}`
    throw new AgentError('state-folder', message, { cause })
  }
  let newest: Saved | undefined
  let written = ''
  let writing: Promise<void> | undefined

  async function writeAll(): Promise<void> {
    while (newest) {
      const text = textOf(newest)
      newest = undefined
      if (text === written) continue
      await replace(file, text).then(
        () => (written = text),
        (cause: Error) => {
          const message = `Cannot write ${file}: ${cause.message}`
          onError(new AgentError('state-folder', message, { cause }))
        },
      )
    }
  }

  /** Nothing may have to be written: this ends then before it has begun. */
  function begin(): void {
    writing = writeAll().finally(() => {
      writing = undefined
      if (newest) begin()
    })
  }

  return {
    generations: join(path, 'generations'),
    load: () => readSaved(file),
    save(saved) {
      newest = saved
      if (!writing) begin()
    },
    async settled() {
      while (writing) await writing
    },
  }
}

function textOf({ memory, frozen }: Saved): string {
  const members = memory && memoryAsData(memory)
  return JSON.stringify({ version, members, frozen })
}

function readSaved(file: string): Saved {
  try {
    const data = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>
    if (data['version'] !== version) return nothing
    return { memory: memoryFromData(data['members']), frozen: frozenFromData(data['frozen']) }
  } catch {
    return nothing
  }
}

const nothing: Saved = { memory: undefined, frozen: undefined }

function frozenFromData(data: unknown): Frozen | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { since, reason, generation } = data as Readonly<Record<string, unknown>>
  return {
    since: typeof since === 'number' ? since : 0,
    ...(typeof reason === 'string' && { reason }),
    ...(typeof generation === 'number' && { generation }),
  }
}

/** Whoever is killed amid it leaves the file from before. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
}
