/** Why somebody wanted a configuration; one each call. */
export interface Cause {
  readonly text: string
}

/** The causes of calls whose configuration was not applied yet. */
export interface OpenCauses {
  /**
   * Takes down that of one more call.
   *
   * @returns all that its configuration stands for
   */
  add(cause: string | undefined): readonly Cause[]
  /** These are dealt with. */
  settle(causes: readonly Cause[]): void
}

/** While HAProxy is away for long, only the newest causes are remembered. */
const mostOpen = 100
const mostShown = 8

/** Remembers causes until they are dealt with. */
export function openCauses(): OpenCauses {
  let open: readonly Cause[] = []
  return {
    add(text) {
      if (text !== undefined) open = [...open, { text }].slice(-mostOpen)
      return open
    },
    settle(causes) {
      open = open.filter(cause => !causes.includes(cause))
    },
  }
}

/** Several causes in one line, each once; undefined where there is none. */
export function inWords(causes: readonly Cause[]): string | undefined {
  const texts = [...new Set(causes.map(({ text }) => text))]
  const more = texts.length - mostShown
  if (texts.length === 0) return undefined
  return [...texts.slice(0, mostShown), ...(more > 0 ? [`${more} more`] : [])].join(', ')
}
