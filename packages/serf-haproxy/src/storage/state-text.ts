import { changedKeys } from 'versioned-map'
import { memberAsData, noMemory } from '../decision/member-memory.js'
import { version, type SavedState } from './saved-state.js'

/** The text of the saved state. The part of a member that did not change is formatted once. */
export class StateText {
  #saved: SavedState | undefined
  /** The text of each saved member, by name. */
  readonly #parts = new Map<string, string>()
  #frozen: string | undefined
  #drained: string | undefined
  #revision = 0

  /**
   * Takes a state over, in the time of its changes.
   *
   * @returns a number that changes with the text
   */
  update(saved: SavedState): number {
    const { memory, frozen, drained } = saved
    const before = (this.#saved?.memory ?? noMemory).members
    const { members } = memory ?? noMemory
    for (const name of changedKeys(before, members)) {
      const known = members.get(name)
      this.#set(name, known && memberAsData(known))
    }
    const hadMemory = this.#saved?.memory !== undefined
    const frozenText = JSON.stringify(frozen)
    const drainedText = drained?.size ? JSON.stringify([...drained.values()]) : undefined
    const isSame = frozenText === this.#frozen && drainedText === this.#drained
    if (!this.#saved || hadMemory !== (memory !== undefined) || !isSame) this.#revision++
    this.#frozen = frozenText
    this.#drained = drainedText
    this.#saved = saved
    return this.#revision
  }

  /** Returns the text of the state that was taken over last. */
  format(): string {
    const members = this.#saved?.memory && `"members":[${[...this.#parts.values()].join(',')}]`
    const frozen = this.#frozen !== undefined && `"frozen":${this.#frozen}`
    const drained = this.#drained !== undefined && `"drained":${this.#drained}`
    return `{${[`"version":${version}`, members, frozen, drained].filter(Boolean).join(',')}}`
  }

  #set(name: string, data: unknown): void {
    const part = data === undefined ? undefined : JSON.stringify(data)
    if (part === this.#parts.get(name)) return
    this.#revision++
    if (part === undefined) this.#parts.delete(name)
    else this.#parts.set(name, part)
  }
}
