/**
 * A name as it may be shown on a terminal. Names come from gossip: nothing in
 * them may move the cursor, colour the screen or fill it.
 */
export function printableName(name: string): string {
  return name.replaceAll(/\p{C}/gu, '?').slice(0, 64)
}
