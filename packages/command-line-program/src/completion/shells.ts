/** Shells that have a completion. */
export const shells = ['bash', 'zsh', 'fish'] as const

/** Name of a shell. */
export type Shell = (typeof shells)[number]
