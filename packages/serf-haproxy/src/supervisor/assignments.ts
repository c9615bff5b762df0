/** A message to systemd: values by name, such as READY and 1. */
export type Assignments = Readonly<Record<string, string>>

/** Names that say in which state a service is: the newest one is true. */
const states = ['READY', 'RELOADING', 'STOPPING']

/** Returns both messages as one; a state of `newer` replaces those of `older`. */
export function withoutSupersededState(older: Assignments, newer: Assignments): Assignments {
  const isSuperseding = states.some(name => name in newer)
  const kept = Object.entries(older).filter(([name]) => !isSuperseding || !states.includes(name))
  return { ...Object.fromEntries(kept), ...newer }
}
