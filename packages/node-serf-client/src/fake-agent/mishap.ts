import type { Command } from '../wire/command-table.js'

/** What a fake agent does to one request instead of answering it well. */
export type Mishap =
  /** Answers with this error. */
  | { readonly refuse: string }
  /** Never answers. */
  | { readonly hang: true }
  /** Sends only so many bytes of the answer, and hangs up. */
  | { readonly dropAfterBytes: number }
  /** Answers so much later. */
  | { readonly delayMs: number }
  /** Sends these bytes in place of an answer. */
  | { readonly garbage: Uint8Array }

/** Mishaps that wait for their requests, in order, by command. */
export class MishapPlan {
  readonly #waiting = new Map<Command, Mishap[]>()

  add(command: Command, mishaps: readonly Mishap[]): void {
    this.#waiting.set(command, [...(this.#waiting.get(command) ?? []), ...mishaps])
  }

  take(command: Command): Mishap | undefined {
    return this.#waiting.get(command)?.shift()
  }
}
