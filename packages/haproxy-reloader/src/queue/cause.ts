/** The cause of one call. */
export interface Cause {
  readonly text: string
}

/** The causes of calls with configurations that are not applied yet. */
export interface PendingCauses {
  /**
   * Adds the cause of one more call.
   *
   * @returns all causes that its configuration includes
   */
  add(cause: string | undefined): readonly Cause[]
  /** Removes causes that were handled. */
  remove(causes: readonly Cause[]): void
}

/** Limits: while HAProxy is away, only the newest causes are kept, and a text shows a few. */
const maxPending = 100
const maxShown = 8

/** Creates a store of causes that are not handled yet. */
export function createPendingCauses(): PendingCauses {
  let pending: readonly Cause[] = []
  return {
    add(text) {
      if (text !== undefined) pending = [...pending, { text }].slice(-maxPending)
      return pending
    },
    remove(causes) {
      pending = pending.filter(cause => !causes.includes(cause))
    },
  }
}

/** Joins several causes into one line, each once; undefined if there is none. */
export function joinCauses(causes: readonly Cause[]): string | undefined {
  const texts = [...new Set(causes.map(({ text }) => text))]
  const more = texts.length - maxShown
  if (texts.length === 0) return undefined
  return [...texts.slice(0, maxShown), ...(more > 0 ? [`${more} more`] : [])].join(', ')
}
