/**
 * Returns a name that is safe for a terminal. Names come from gossip: control
 * characters are replaced, and the length is limited.
 */
export function printableName(name: string): string {
  return name.replaceAll(/\p{C}/gu, '?').slice(0, 64)
}

/** Returns a text on one line, without control characters, of at most `most` characters. */
export function printableText(text: string, most = 300): string {
  return text.replaceAll(/\p{C}/gu, ' ').slice(0, most)
}
