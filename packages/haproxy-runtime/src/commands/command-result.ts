import type { ReplyMeaning } from './reply-meaning.js'

/** What became of one command of a batch. */
export interface CommandResult {
  readonly command: string
  /** Whether the reply is the one that means success. */
  readonly done: boolean
  /** What the reply means; `unknown` where nobody has seen it before. */
  readonly meaning: ReplyMeaning
  readonly reply: string
}
