/** What one check found. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string
  /** `bad` keeps the agent from its work; `look` does not, and deserves a look. */
  readonly level: 'good' | 'look' | 'bad'
  readonly text: string
  /** What to do about it. */
  readonly remedy?: string
}

/** All is well with it. */
export function good(check: string, text: string): Finding {
  return { check, level: 'good', text }
}

/** It works, and could be better. */
export function look(check: string, text: string, remedy: string): Finding {
  return { check, level: 'look', text, remedy }
}

/** It does not work. */
export function bad(check: string, text: string, remedy: string): Finding {
  return { check, level: 'bad', text, remedy }
}
