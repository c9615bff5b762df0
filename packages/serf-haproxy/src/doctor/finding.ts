/** Result of one check. */
export interface Finding {
  /** The thing that was checked, in a word or two. */
  readonly check: string
  /** `fail` prevents the agent from working; `warn` does not, but needs attention. */
  readonly level: 'ok' | 'warn' | 'fail'
  readonly text: string
  /** Instruction that fixes it; absent for `ok`. */
  readonly remedy?: string
}

/** Returns a finding without a problem. */
export function ok(check: string, text: string): Finding {
  return { check, level: 'ok', text }
}

/** Returns a problem that does not prevent the agent from working. */
export function warn(check: string, text: string, remedy: string): Finding {
  return { check, level: 'warn', text, remedy }
}

/** Returns a problem that prevents the agent from working. */
export function fail(check: string, text: string, remedy: string): Finding {
  return { check, level: 'fail', text, remedy }
}
