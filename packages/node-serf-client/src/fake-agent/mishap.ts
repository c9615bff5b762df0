import type { Command } from '../wire/command-table.js'

/** Planned failure of a fake agent for one request. */
export type Mishap =
  /** Refuses with this reason. */
  | { readonly refuse: string }
  /** Sends no reply. */
  | { readonly hang: true }
  /** Sends only this many bytes of the reply, and closes the connection. */
  | { readonly dropAfterBytes: number }
  /** Delays the reply. */
  | { readonly delayMs: number }
  /** Sends these bytes instead of the reply. */
  | { readonly garbage: Uint8Array }

/** Planned failures by command, in the order of the requests. */
export class MishapPlan {
  readonly #planned = new Map<Command, Mishap[]>()

  add(command: Command, mishaps: readonly Mishap[]): void {
    this.#planned.set(command, [...(this.#planned.get(command) ?? []), ...mishaps])
  }

  take(command: Command): Mishap | undefined {
    return this.#planned.get(command)?.shift()
  }
}
