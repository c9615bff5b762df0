import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PacedTask, replaceFile, type Pace } from 'haproxy-reloader/files'
import { AgentError } from '../agent-error.js'
import type { Memory } from '../decision/member-memory.js'
import { preparePrivateFolder } from './private-folder.js'
import { readSavedFile, type SavedState } from './saved-state.js'
import { setAside } from './set-aside.js'
import { StateText } from './state-text.js'

/** Returns the memory in a state folder; undefined if there is none that is readable. Writes nothing. */
export function savedMemory(path: string): Memory | undefined {
  const found = readSavedFile(memoryFile(path))
  return found.kind === 'read' ? found.saved.memory : undefined
}

function memoryFile(path: string): string {
  return join(path, 'memory.json')
}

/** The saved data, with what was wrong with it, in words. */
interface LoadedState extends SavedState {
  readonly problem?: string
}

/** The folder with the data that outlives the agent's process. */
export interface StateFolder {
  /**
   * Reads the data of the previous process. A file that cannot be read is set aside; the
   * agent is frozen then, because it may have been frozen before.
   */
  load(): LoadedState
  /**
   * Writes the data soon, see {@link writePace}; a newer call replaces a waiting one.
   *
   * @throws nothing: errors of the disk go to `onDisk`
   */
  save(saved: SavedState): void
  /** Writes what waits. Resolves when the newest data is on disk, or when the disk has refused; then with its error. */
  flushed(): Promise<AgentError | undefined>
  /** Writes again what the disk refused. */
  retry(): void
  /** Path of the reloader's generations. */
  readonly generations: string
}

/** Listeners and the time of a state folder. */
export interface StateFolderDeps {
  /** Called with each error of the disk, and with undefined when it writes again. */
  readonly onDisk: (error: AgentError | undefined) => void
  /** Called with the repair, in words. */
  readonly onRepaired: (text: string) => void
  /** Returns the time, in milliseconds since the epoch. */
  readonly wallTime: () => number
}

/**
 * The pace of the writes: at most a twentieth of the time, and at most a second
 * after the first change. An agent that is killed in between loses the
 * unwritten changes; its successor finds them in HAProxy.
 */
const writePace: Pace = { factor: 20, floorMs: 0, boundMs: 1000 }

/** Readable by the owner only. */
const fileMode = 0o600

/**
 * Opens the state folder at `path`, and creates it if it is missing. A disk that
 * refuses is reported, and tried again with each write.
 *
 * @throws AgentError `state-folder` if other users control the folder.
 */
export function openStateFolder(path: string, deps: StateFolderDeps): StateFolder {
  const file = memoryFile(path)
  const generations = join(path, 'generations')
  const prepare = () => {
    for (const folder of existsSync(generations) ? [path, generations] : [path]) {
      const repair = preparePrivateFolder(folder)
      if (repair !== undefined) deps.onRepaired(repair)
    }
  }
  const writer = new LatestState(file, prepare, deps)
  writer.prepare()
  return {
    generations,
    load: () => writer.load(),
    save: saved => writer.write(saved),
    flushed: () => writer.flushed(),
    retry: () => writer.retry(),
  }
}

/** Writes the newest of several states to a file, atomically. A crash leaves the previous file intact. */
class LatestState {
  readonly #file: string
  readonly #prepareFolder: () => void
  readonly #deps: StateFolderDeps
  readonly #text = new StateText()
  readonly #writes = new PacedTask(() => this.#writeNewest(), writePace)
  #newest: SavedState | undefined
  /** Revision of the text on disk. */
  #written: number | undefined
  #error: AgentError | undefined
  /** Set while a file that cannot be read is at the place of this one. */
  #mustSetAside = false

  constructor(file: string, prepareFolder: () => void, deps: StateFolderDeps) {
    this.#file = file
    this.#prepareFolder = prepareFolder
    this.#deps = deps
  }

  prepare(): void {
    try {
      this.#prepareFolder()
      this.#accepted()
    } catch (cause) {
      if (cause instanceof AgentError) throw cause
      this.#refused('create the folder of', cause)
    }
  }

  load(): LoadedState {
    const found = readSavedFile(this.#file)
    if (found.kind === 'absent') return { memory: undefined, frozen: undefined }
    if (found.kind === 'read') return found.saved
    this.#mustSetAside = found.isThere
    const kept = this.#trySetAside()
    const problem = `${this.#file} cannot be read (${found.why}), so a freeze may be lost${kept}`
    const reason = `${problem}; \`serf-haproxy thaw\` applies changes again`
    return { memory: undefined, frozen: { since: this.#deps.wallTime(), reason }, problem }
  }

  write(saved: SavedState): void {
    this.#newest = saved
    this.#writes.request()
  }

  retry(): void {
    if (!this.#error) return
    if (this.#newest) this.#writes.request()
    else this.prepare()
  }

  async flushed(): Promise<AgentError | undefined> {
    await this.#writes.flush()
    return this.#error
  }

  async #writeNewest(): Promise<void> {
    const saved = this.#newest
    if (!saved) return
    const revision = this.#text.update(saved)
    try {
      if (revision !== this.#written) await this.#replace()
      this.#written = revision
      if (this.#newest === saved) this.#newest = undefined
      this.#accepted()
    } catch (cause) {
      this.#refused('write', cause)
    }
  }

  async #replace(): Promise<void> {
    this.#prepareFolder()
    this.#setAside()
    await replaceFile(this.#file, this.#text.format(), { mode: fileMode })
  }

  #accepted(): void {
    if (this.#error) this.#deps.onDisk(undefined)
    this.#error = undefined
  }

  #refused(action: string, cause: unknown): void {
    const message = `Cannot ${action} ${this.#file}: ${(cause as Error).message}`
    this.#error = new AgentError('state-folder', message, { cause })
    this.#deps.onDisk(this.#error)
  }

  #trySetAside(): string {
    try {
      const name = this.#setAside()
      return name === undefined ? '' : `; it is kept as ${name}`
    } catch {
      return '; it stays there'
    }
  }

  /** Sets the unreadable file aside, before anything is written at its place. */
  #setAside(): string | undefined {
    if (!this.#mustSetAside) return undefined
    const name = setAside(this.#file, this.#deps.wallTime())
    this.#mustSetAside = false
    return name
  }
}
