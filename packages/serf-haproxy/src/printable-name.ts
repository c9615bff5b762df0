/**
 * Returns a name that is safe for a terminal. Names come from gossip: control
 * characters are replaced, and the length is limited.
 */
export function printableName(name: string): string {
  return name.replaceAll(/\p{C}/gu, '?').slice(0, 64)
}
