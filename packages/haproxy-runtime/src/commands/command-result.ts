/** The result of one command of a batch. */
export interface CommandResult {
  /** Text of the command, as it was sent. */
  readonly command: string
  /** True if the reply is the one that means success. */
  readonly done: boolean
  /**
   * The meaning of the reply. `unknown` is a reply that this package does not
   * know: conclude nothing from it.
   */
  readonly meaning:
    | 'done'
    | 'exists'
    | 'no-server'
    | 'no-backend'
    | 'no-list'
    | 'no-entry'
    | 'not-in-maintenance'
    | 'still-connected'
    | 'not-at-run-time'
    | 'invalid'
    | 'denied'
    | 'unsupported'
    | 'unknown'
  /** HAProxy’s reply without the white space around it; empty for most commands that succeed. */
  readonly reply: string
}
