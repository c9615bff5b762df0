import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { AgentError } from '../agent-error.js'
import type { Frozen } from '../state/agent-state.js'
import { memoryAsData, memoryFromData, type Memory } from '../decision/member-memory.js'

/** Data that outlives the agent's process. */
interface SavedState {
  /** Undefined before the first decision. */
  readonly memory: Memory | undefined
  readonly frozen: Frozen | undefined
}

/** Returns the memory in a state folder; undefined if there is none that is readable. Writes nothing. */
export function savedMemory(path: string): Memory | undefined {
  return readSaved(memoryFile(path)).memory
}

function memoryFile(path: string): string {
  return join(path, 'memory.json')
}

/** The folder with the data that outlives the agent's process. */
export interface StateFolder {
  /** Reads the data of the previous process. Unreadable data counts as missing. */
  load(): SavedState
  /**
   * Writes the data soon; a newer call replaces a waiting one.
   *
   * @throws nothing: errors of the disk go to `onError`
   */
  save(saved: SavedState): void
  /** Resolves when the newest data is on disk. */
  flushed(): Promise<void>
  /** Path of the reloader's generations. */
  readonly generations: string
}

/** Format of the file. */
const version = 1

/** Readable by the owner only: members, and configurations with secrets, are private. */
const folderMode = 0o700
const fileMode = 0o600

/**
 * Opens the state folder at `path`, and creates it if it is missing.
 *
 * @throws AgentError `state-folder` if it cannot be created.
 */
export function openStateFolder(path: string, onError: (error: AgentError) => void): StateFolder {
  const file = memoryFile(path)
  try {
    mkdirSync(path, { recursive: true, mode: folderMode })
  } catch (cause) {
    const message = `Cannot create the state folder ${path}: ${(cause as Error).message}`
    throw new AgentError('state-folder', message, { cause })
  }
  const writer = new LatestState(file, onError)
  return {
    generations: join(path, 'generations'),
    load: () => readSaved(file),
    save: saved => writer.write(saved),
    flushed: () => writer.flushed(),
  }
}

/** Writes the newest of several states to a file, atomically. A crash leaves the previous file intact. */
class LatestState {
  readonly #file: string
  readonly #onError: (error: AgentError) => void
  #newest: SavedState | undefined
  #written: string | undefined
  #writing: Promise<void> | undefined

  constructor(file: string, onError: (error: AgentError) => void) {
    this.#file = file
    this.#onError = onError
  }

  write(saved: SavedState): void {
    this.#newest = saved
    this.#writing ??= this.#writeAll()
  }

  async flushed(): Promise<void> {
    while (this.#writing) await this.#writing
  }

  async #writeAll(): Promise<void> {
    // Lets `write` store this promise first, even if nothing has to be written.
    await Promise.resolve()
    while (this.#newest) {
      const text = textOf(this.#newest)
      this.#newest = undefined
      if (text !== this.#written) await this.#replace(text)
    }
    // No `await` since the last test, so a later call to `write` starts again.
    this.#writing = undefined
  }

  async #replace(text: string): Promise<void> {
    try {
      await writeFileAtomic(this.#file, text, { mode: fileMode })
      this.#written = text
    } catch (cause) {
      const message = `Cannot write ${this.#file}: ${(cause as Error).message}`
      this.#onError(new AgentError('state-folder', message, { cause }))
    }
  }
}

function textOf({ memory, frozen }: SavedState): string {
  const members = memory && memoryAsData(memory)
  return JSON.stringify({ version, members, frozen })
}

function readSaved(file: string): SavedState {
  try {
    const data = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>
    if (data['version'] !== version) return nothing
    return { memory: memoryFromData(data['members']), frozen: frozenFromData(data['frozen']) }
  } catch {
    return nothing
  }
}

const nothing: SavedState = { memory: undefined, frozen: undefined }

function frozenFromData(data: unknown): Frozen | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { since, reason, generation } = data as Readonly<Record<string, unknown>>
  return {
    since: typeof since === 'number' ? since : 0,
    ...(typeof reason === 'string' && { reason }),
    ...(typeof generation === 'number' && { generation }),
  }
}
